// Logs come cut off and damaged: what is read of them is right, or an error says what is wrong.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/error.hpp"
#include "results/import/importer.hpp"
#include "results/import/lines.hpp"
#include "results/json_fields.hpp"
#include "results/statistics.hpp"
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

/// All numbers of a JSON text, also those in its texts.
void add_numbers(const Json& json, std::set<double>& numbers) {
  if (json.is_number()) numbers.insert(json.get<double>());
  if (json.is_string())
    if (const auto value = decimal(json.get<std::string>())) numbers.insert(*value);
  if (json.is_structured())
    for (const Json& entry : json) add_numbers(entry, numbers);
}

/// The numbers where `place` is: of a line, or of all of a JSON text.
std::set<double> numbers_at(const std::string& place, const std::string& text) {
  std::set<double> numbers;
  for (const LogLine& line : lines_of(text)) {
    if (line.place() != place) continue;
    for (const std::string_view word : words_of(line.text))
      if (const auto value = decimal(word)) numbers.insert(*value);
    return numbers;
  }
  add_numbers(parse_json(text), numbers);
  return numbers;
}

bool has(const std::set<double>& numbers, double value) {
  constexpr double rounding = 1e-12;
  const auto least = numbers.lower_bound(value * (1 - rounding));
  return least != numbers.end() && *least <= value * (1 + rounding);
}

/// What one of the source's units is in base units.
double in_base_units(const std::string& unit) {
  const std::map<std::string, double> units{{"us", 1e-6},  {"ns", 1e-9},    {"MB/s", 1e6},
                                            {"GB/s", 1e9}, {"Gb/s", 125e6}, {"MiB/s", 1 << 20}};
  return units.at(unit);
}

/// How the text may write a unit.
bool says_unit(const std::string& text, const std::string& unit) {
  const std::map<std::string, std::vector<std::string>> written{
      {"us", {"(us)", "[usec]", "times_us", "\"time\"", "t_avg"}},
      {"ns", {"(ns)"}},
      {"MB/s", {"MB/s"}},
      {"GB/s", {"(GB/s)"}},
      {"Gb/s", {"[Gb/sec]", "MsgRate"}},
      {"MiB/s", {"[MB/sec]", "[MiB/sec]", "MsgRate"}}};
  return std::ranges::any_of(written.at(unit), [&](const std::string& name) {
    return text.find(name) != std::string::npos;
  });
}

/// Whether a figure of a record is a number at its place in the text, in the source's unit or in
/// GB/s, as nccl-tests prints bandwidths beside its times.
bool is_printed(double value, const Record& record, const std::set<double>& numbers) {
  return has(numbers, value / in_base_units(record.source->unit)) || has(numbers, value / 1e9);
}

/// Every number of `record` is one that the text has where the record says, or follows from some.
void expect_nothing_made_up(const Record& record, const std::string& text) {
  const Source& source = *record.source;
  const auto numbers = numbers_at(source.place, text);
  const auto printed = [&](std::optional<double> value) {
    return !value || is_printed(*value, record, numbers);
  };
  const auto size = static_cast<double>(record.size_bytes.value_or(0));
  const bool follows_from_time =  // OSU's of collectives
      record.mean_s && record.algorithm_bandwidth_bytes_per_s == size / *record.mean_s;
  EXPECT_TRUE(says_unit(text, source.unit)) << source.unit;
  for (const auto& [title, value] : source.figures) EXPECT_TRUE(has(numbers, value)) << title;
  for (const double sample : record.samples_s) EXPECT_TRUE(printed(sample));
  EXPECT_TRUE(printed(record.mean_s));
  EXPECT_TRUE(record.samples_s.empty() ? printed(record.median_s)
                                       : record.median_s == median(record.samples_s));
  EXPECT_TRUE(!record.size_bytes || has(numbers, size) ||
              has(numbers, size / record.ranks.value_or(1)));
  EXPECT_TRUE(printed(record.algorithm_bandwidth_bytes_per_s) || follows_from_time);
  EXPECT_TRUE(printed(record.bus_bandwidth_bytes_per_s));
  EXPECT_TRUE(record.wrong.value_or(0) == 0 || has(numbers, static_cast<double>(*record.wrong)));
}

/// `text` with some bytes replaced, put in or taken away.
std::string damaged(std::string text, int changes, std::mt19937& random) {
  const std::string alphabet = "0123456789.-eE+ \n\t#\"{}[]:,NA/nanif\xff";
  for (int change = 0; change < changes; ++change) {
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
  return text;
}

TEST(ImportFuzz, DamagedLogsGiveNumbersThatTheyHoldOrAnError) {
  constexpr int rounds = 400;
  constexpr int most_changes = 8;
  std::mt19937 random{7};
  for (const std::string_view sample : samples) {
    for (int round = 0; round < rounds; ++round) {
      const std::string text = damaged(std::string{sample}, 1 + round % most_changes, random);
      const auto log = read(text);
      if (!log) continue;
      for (const Record& record : log->records) {
        const Record again = parse_record(to_json_line(record));  // refuses what is not finite
        ASSERT_TRUE(central_s(again) || again.algorithm_bandwidth_bytes_per_s);
        expect_nothing_made_up(record, text);
        if (HasFailure()) FAIL() << to_json_line(record) << "\n" << text;
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
