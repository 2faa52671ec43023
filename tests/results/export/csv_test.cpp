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

TEST(Csv, QuotesWhatWouldBreakALineAndTurnsNoWriting) {
  EXPECT_THAT(records_csv(sample_run()),
              HasSubstr("\"<script>\"\"'& ?../x?\",n1,0,1,0,,0.5,,,\r\n"));
}

TEST(Csv, GivesASpreadsheetNoFormulas) {
  JudgedRun judged;
  Record record = sample_collective(false, 1e-4);
  record.algorithm = "=HYPERLINK(1)";
  record.transport = "@SUM(A1)";
  record.dtype = "+1+1";
  record.op = "-2+3";
  record.rail = "-4.5";
  record.device = "a=b";
  judged.run.records = {record};
  const std::string csv = records_csv(judged);
  EXPECT_THAT(csv, HasSubstr(",'=HYPERLINK(1),'@SUM(A1),"));
  EXPECT_THAT(csv, HasSubstr(",'+1+1,'-2+3,"));
  EXPECT_THAT(csv,
              HasSubstr(",-4.5,a=b,"));  // a number, and what is none of a formula's beginnings
}

}  // namespace
}  // namespace assay::results
