#include "results/compare/render.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "results/json_fields.hpp"

namespace assay::results {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Comparison sample() {
  Comparison comparison;
  comparison.start = "2026-11-23T16:29:00Z";
  comparison.differences = {"hosts: a in the baseline, b in the candidate"};
  ComparedCell slower;
  slower.settings = {{"benchmark", "all_reduce"}, {"dtype", "float32"}, {"size_bytes", "8"}};
  slower.name = setting_name(slower.settings);
  slower.verdict = ChangeVerdict::slower;
  slower.median = {0.052, {0.039, 0.065}, 0.001};
  slower.fast = {0.05, {0.045, 0.055}, 0.0001};
  slower.baseline = {12.3e-6, 3, 360};
  slower.candidate = {12.9e-6, 3, 350};
  ComparedCell unclear = slower;
  unclear.settings[2].value = "<script>|`x`";
  unclear.name = setting_name(unclear.settings);
  unclear.verdict = ChangeVerdict::unclear;
  comparison.cells = {slower, unclear};
  comparison.only_baseline = {"gone"};
  return comparison;
}

TEST(CompareText, BeginsWithWhatDiffersAndEndsWithTheSummary) {
  const std::string text = render_text(sample());
  EXPECT_THAT(text, StartsWith("differs: hosts: a in the baseline, b in the candidate\n"
                               "all cells: float32\n"));
  EXPECT_THAT(text, HasSubstr("  slower   +5.2 %   +3.9 to +6.5 %  12.3 us -> 12.9 us  3 runs, 360 "
                              "samples / 3 runs, 350 samples  all_reduce/size_bytes:8\n"));
  EXPECT_THAT(text, HasSubstr("only in the baseline: gone\n"));
  EXPECT_THAT(text, EndsWith("REGRESSION  1 of 2 cells slower, 0 faster, 1 unclear, 0 same; worst "
                             "+5.2 % all_reduce/float32/size_bytes:8\n"));
}

TEST(CompareText, HasNoMoreDigitsOfAnIntervalThanThereIsKnowledge) {
  Comparison comparison = sample();
  comparison.cells[0].median.interval = {-0.99, 1e9};
  EXPECT_THAT(render_text(comparison), HasSubstr("-99.0 to >+1000 %"));
}

TEST(CompareText, OfAVerdictByTheFastSideIsItsChange) {
  Comparison comparison = sample();
  comparison.cells[0].by_fast_side = true;
  comparison.cells[0].reason = "of the quickest";
  const std::string text = render_text(comparison);
  EXPECT_THAT(text, HasSubstr("  slower   +5.0 %   +4.5 to +5.5 %  12.3 us"));
  EXPECT_THAT(text, HasSubstr("all_reduce/size_bytes:8: of the quickest\n"));
  EXPECT_THAT(text, HasSubstr("worst +5.0 % all_reduce"));
  EXPECT_THAT(render_markdown(comparison), HasSubstr("| slower | +5.0 % | +4.5 to +5.5 % |"));
  EXPECT_THAT(render_markdown(comparison), HasSubstr("size\\_bytes:8: of the quickest |"));
  EXPECT_THAT(render_junit(comparison, false),
              HasSubstr("time +5.0 % (+4.5 to +5.5 %), 12.3 us -&gt; 12.9 us; of the quickest\""));
  const Json json = parse_json(render_json(comparison));
  EXPECT_EQ(json["cells"][0]["decided_by"], "fast");
  EXPECT_EQ(json["cells"][1]["decided_by"], "median");
}

TEST(CompareMarkdown, EscapesNames) {
  const std::string text = render_markdown(sample());
  EXPECT_THAT(text, StartsWith("### Regression: 1 of 2 cells slower"));
  EXPECT_THAT(text, HasSubstr("size\\_bytes:&#60;script&#62;&#124;\\`x\\`"));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
}

TEST(CompareJunit, UnclearIsSkippedUnlessStrict) {
  EXPECT_THAT(render_junit(sample(), false),
              HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  const std::string strict = render_junit(sample(), true);
  EXPECT_THAT(strict, HasSubstr("tests=\"2\" failures=\"1\" errors=\"1\" skipped=\"0\""));
  EXPECT_THAT(strict, HasSubstr("timestamp=\"2026-11-23T16:29:00\""));
  EXPECT_THAT(strict, HasSubstr("time +5.2 % (+3.9 to +6.5 %), 12.3 us -&gt; 12.9 us"));
}

TEST(CompareJson, HoldsAll) {
  const Json json = parse_json(render_json(sample()));
  EXPECT_EQ(json["regression"], true);
  EXPECT_EQ(json["cells"][0]["verdict"], "slower");
  EXPECT_EQ(json["cells"][0]["change"], 0.052);
  EXPECT_EQ(json["cells"][0]["fast"]["interval"][1], 0.055);
  EXPECT_EQ(json["cells"][1]["settings"]["size_bytes"], "<script>|`x`");
  EXPECT_EQ(json["only_baseline"][0], "gone");
}

}  // namespace
}  // namespace assay::results
