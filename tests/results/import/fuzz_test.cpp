// Logs come cut off and damaged: what is read of them is right, or an error says what is wrong.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "tests/results/import/samples.hpp"

namespace assay::results {
namespace {

/// None: it was refused, by an error meant for the user.
std::optional<ImportedLog> read(const std::string& text) {
  try {
    return import_log(text, {"", 4});
  } catch (const UsageError& problem) {
    EXPECT_STRNE(problem.what(), "");
    return std::nullopt;
  }
}

/// All that a cut-off log may tell less of, but not otherwise.
std::string figures_of(const Record& record) {
  Record bare = record;
  bare.source->version.clear();
  bare.host.reset();
  bare.rail.reset();
  return to_json_line(bare);
}

TEST(ImportFuzz, ALogCutOffAnywhereGivesTheFirstOfItsRecords) {
  for (const std::string_view sample : samples) {
    const auto whole = read(std::string{sample});
    ASSERT_TRUE(whole) << sample;
    for (std::size_t length = 0; length < sample.size(); ++length) {
      const auto part = read(std::string{sample.substr(0, length)});
      if (!part) continue;
      ASSERT_LE(part->records.size(), whole->records.size());
      for (std::size_t i = 0; i < part->records.size(); ++i)
        ASSERT_EQ(figures_of(part->records[i]), figures_of(whole->records[i]))
            << sample.substr(0, length);
    }
  }
}

TEST(ImportFuzz, DamagedLogsGiveFiniteFiguresOrAnError) {
  std::mt19937 random{7};
  const std::string alphabet = "0123456789.-eE+ \n\t#\"{}[]:,NA/nanif\xff";
  for (const std::string_view sample : samples) {
    for (int round = 0; round < 400; ++round) {
      std::string text{sample};
      for (int change = 0; change < 1 + round % 8; ++change) {
        const std::size_t at = random() % text.size();
        const char byte = alphabet[random() % alphabet.size()];
        switch (random() % 3) {
          case 0:
            text[at] = byte;
            break;
          case 1:
            text.insert(at, 1, byte);
            break;
          default:
            text.erase(at, 1 + random() % 9);
        }
        if (text.empty()) text = " ";
      }
      const auto log = read(text);
      if (!log) continue;
      for (const Record& record : log->records) {
        const Record again = parse_record(to_json_line(record));  // refuses what is not finite
        ASSERT_TRUE(central_s(again) || again.algorithm_bandwidth_bytes_per_s);
        ASSERT_GE(again.algorithm_bandwidth_bytes_per_s.value_or(0), 0);
      }
    }
  }
}

TEST(ImportFuzz, AnyBytesAreRefusedOrRead) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("\n\n"));
  EXPECT_FALSE(read(std::string(1000, '\0')));
  EXPECT_FALSE(read(std::string(100000, '[')));
  EXPECT_FALSE(read("# size count type time algbw busbw\n"));
}

}  // namespace
}  // namespace assay::results
