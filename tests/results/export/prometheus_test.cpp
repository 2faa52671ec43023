#include <gmock/gmock.h>

#include "results/export/formats.hpp"
#include "tests/results/export/sample_run.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Prometheus, HasOneSeriesForEachSetting) {
  const std::string text = prometheus_text(sample_run());
  EXPECT_THAT(text, HasSubstr("assay_duration_median_seconds{benchmark=\"all_reduce\","
                              "implementation=\"assay\",algorithm=\"ring\",memory=\"host\","
                              "label=\"real\",dtype=\"float32\",op=\"sum\",size_bytes=\"1048576\","
                              "ranks=\"4\",in_place=\"false\"} 0.0002\n"));
  EXPECT_THAT(text, HasSubstr("assay_verdict{verdict=\"fail\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("assay_run_start_timestamp_seconds 1795451340\n"));
}

TEST(Prometheus, OfRepeatsTheLastStands) {
  JudgedRun judged = sample_run();
  judged.run.records = {sample_collective(false, 1e-4), sample_collective(false, 3e-4)};
  const std::string text = prometheus_text(judged);
  EXPECT_THAT(text, HasSubstr(" 0.0006\n"));
  EXPECT_THAT(text, Not(HasSubstr(" 0.0002\n")));
}

TEST(Prometheus, EscapesLabels) {
  EXPECT_THAT(prometheus_text(sample_run()), HasSubstr("from=\"<script>\\\"'& ?../x?\""));
}

}  // namespace
}  // namespace assay::results
