#include <gmock/gmock.h>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "tests/results/export/sample_run.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, CountsEveryCheckAndTheVerdict) {
  EXPECT_THAT(junit_xml(sample_run()),
              HasSubstr("tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\""));
}

TEST(Junit, NamesSuspectsInTheMessageOfAFailure) {
  const std::string xml = junit_xml(sample_run());
  EXPECT_THAT(xml, HasSubstr("message=\"50 % below its peers; suspects: node &lt;script&gt;"));
  EXPECT_THAT(xml, HasSubstr("do: check the cable"));
}

TEST(Junit, HasTheTimeWithoutAZoneThatTheSchemaWants) {
  EXPECT_THAT(junit_xml(sample_run()), HasSubstr("timestamp=\"2026-11-23T16:29:00\""));
}

TEST(Junit, HasNoTimeThatThereIsNot) {
  JudgedRun judged = sample_run();
  for (const char* start : {"2026-99-23T16:29:00Z", "2026-02-29T16:29:00Z", "2026-11-23T24:29:00Z",
                            "2026-11-23T16:29:60Z", "0000-11-23T16:29:00Z", "soon"}) {
    judged.run.info.start = start;
    EXPECT_THAT(junit_xml(judged), Not(HasSubstr("timestamp"))) << start;
  }
}

TEST(Junit, EscapesHostileNames) {
  const std::string xml = junit_xml(sample_run());
  EXPECT_THAT(xml, HasSubstr("name=\"&lt;script&gt;&quot;'&amp; ?../x?\""));
  EXPECT_THAT(xml, Not(HasSubstr("<script>")));
  EXPECT_THAT(xml, Not(HasSubstr("\u202E")));
}

TEST(Junit, RefusesARunThatWasNotJudged) {
  JudgedRun judged = sample_run();
  judged.verdict.reset();
  EXPECT_THROW(static_cast<void>(junit_xml(judged)), UsageError);
}

}  // namespace
}  // namespace assay::results
