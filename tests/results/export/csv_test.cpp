#include <gmock/gmock.h>

#include "results/export/formats.hpp"
#include "tests/results/export/sample_run.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Csv, HasAColumnForEachSettingAndFigureThatThereIs) {
  EXPECT_THAT(records_csv(sample_run()),
              StartsWith("benchmark,implementation,algorithm,memory,label,dtype,op,size_bytes,"
                         "ranks,in_place,from,to,from_rank,to_rank,confirmation,samples,median_s,"
                         "algorithm_bandwidth_bytes_per_s,bus_bandwidth_bytes_per_s,wrong\r\n"));
}

TEST(Csv, QuotesWhatWouldBreakALine) {
  EXPECT_THAT(records_csv(sample_run()),
              HasSubstr("\"<script>\"\"'&\n\u202E../x?\",n1,0,1,0,,0.5,,,\r\n"));
}

}  // namespace
}  // namespace assay::results
