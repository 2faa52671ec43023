#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/import/lines.hpp"
#include "results/import/logs.hpp"
#include "results/import/nccl_run.hpp"

namespace assay::results {

namespace {

using Words = std::vector<std::string_view>;

/// Titles of the columns, if `line` is the line that has them.
std::optional<Words> titles_in(std::string_view line) {
  if (!line.starts_with('#')) return std::nullopt;
  Words titles = words_of(line.substr(1));
  if (titles.size() < 6 || titles[0] != "size" || titles[1] != "count" || titles[2] != "type")
    return std::nullopt;
  return titles;
}

/// The program named in a line, such as "# Collective test starting: all_reduce_perf" or a command.
std::string program_in(std::string_view line) {
  constexpr std::string_view suffix = "_perf";
  for (std::string_view word : words_of(line)) {
    word.remove_prefix(std::min(word.size(), word.find_last_of('/') + 1));
    if (!word.ends_with(suffix)) continue;
    word.remove_suffix(suffix.size());
    if (find_nccl_program(word)) return std::string{word};
  }
  return "";
}

/// "#  Rank  0 Group  0 Pid  54740 on     host device  0 [0x07] NVIDIA A100": old versions have no
/// group.
std::optional<NcclRank> device_in(std::string_view line) {
  const Words words = words_of(line);
  const auto after = [&](std::string_view key) -> std::string_view {
    const auto found = std::ranges::find(words, key);
    return found == words.end() || found + 1 == words.end() ? std::string_view{} : found[1];
  };
  constexpr std::uint64_t most = 1 << 24;  // ranks and groups beyond are nonsense
  const auto rank = whole_number(after("Rank"));
  const auto pid = whole_number(after("Pid"));
  if (words.size() < 8 || words[0] != "#" || !rank || !pid || *rank > most ||
      after("device").empty())
    return std::nullopt;
  NcclRank device;
  device.identity.rank = static_cast<int>(*rank);
  device.identity.pid = static_cast<std::int64_t>(*pid);
  device.identity.host = after("on");
  const auto bracket = line.find("] ");
  if (bracket != std::string_view::npos) device.identity.processor = line.substr(bracket + 2);
  device.group = static_cast<int>(std::min(whole_number(after("Group")).value_or(0), most));
  return device;
}

/// A row that could not be read says why.
using RowOrReason = std::pair<std::optional<NcclRow>, std::string>;

std::optional<NcclHalf> half_of(const Words& titles, const Words& words, std::size_t from,
                                std::size_t to, std::string& problem) {
  const auto at = [&](std::string_view title) -> std::string_view {
    for (std::size_t i = from; i < to; ++i)
      if (titles[i] == title) return words[i];
    return {};
  };
  const std::string_view time = at("time").empty() ? at("cputime") : at("time");
  if (time == "N/A" && at("algbw") == "N/A") return std::nullopt;  // does not work in place
  const auto time_us = decimal(time);
  const auto algorithm = decimal(at("algbw"));
  const auto bus = decimal(at("busbw"));
  if (!time_us || !algorithm || !bus) {
    problem = fmt::format("time, algbw and busbw are '{}', '{}', '{}', not three numbers", time,
                          at("algbw"), at("busbw"));
    return std::nullopt;
  }
  NcclHalf half{*time_us, *algorithm, *bus, std::nullopt, {}};
  const std::string_view wrong = at("#wrong");  // old versions have "error" instead: no count
  if (!wrong.empty() && wrong != "N/A") {
    const auto count = decimal(wrong);
    constexpr double most = 1e18;
    if (!count || *count > most || *count != std::floor(*count)) {
      problem = fmt::format("#wrong is '{}', not a count", wrong);
      return std::nullopt;
    }
    half.wrong = static_cast<std::uint64_t>(*count);
  }
  return half;
}

/// Where the columns of the two halves begin; the second may be missing.
std::vector<std::size_t> half_starts(const Words& titles) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (titles[i] == "time" || titles[i] == "cputime") starts.push_back(i);
  return starts;
}

RowOrReason row_of(const LogLine& line, const Words& titles) {
  const Words words = words_of(line.text);
  const std::size_t wanted = titles.size() + (titles.back() == "timestamp" ? 1 : 0);  // date, time
  if (words.size() != wanted) return {{}, fmt::format("{} of {} columns", words.size(), wanted)};
  if (!line.whole) return {{}, "the log ends in it, so its last number may be cut off"};
  NcclRow row;
  row.place = line.place();
  const auto type = find_nccl_type(words[2]);
  if (!type) return {{}, fmt::format("unknown type '{}'", words[2])};
  row.size = *whole_number(words[0]);
  row.count = *whole_number(words[1]);
  row.type = *type;
  row.op = "none";
  for (std::size_t i = 3; i < titles.size(); ++i) {
    if (titles[i] == "redop") row.op = words[i];
    if (titles[i] != "root" || words[i] == "-1") continue;
    constexpr std::uint64_t most = 1 << 24;
    const auto root = whole_number(words[i]);
    if (!root || *root > most) return {{}, fmt::format("root is '{}', not a rank", words[i])};
    row.root = static_cast<int>(*root);
  }
  const auto starts = half_starts(titles);
  std::string problem;
  for (std::size_t i = 0; i < starts.size() && i < 2; ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : titles.size();
    (i == 0 ? row.out_of_place : row.in_place) = half_of(titles, words, starts[i], end, problem);
    if (!problem.empty()) return {{}, problem};
  }
  return {row, ""};
}

/// Lines of other programs begin otherwise than with a size and a count.
bool looks_like_row(std::string_view line) {
  const Words words = words_of(line);
  return words.size() > 2 && whole_number(words[0]) && whole_number(words[1]);
}

/// Goes through the lines, and hands over what belongs together when something new begins.
class Reader {
 public:
  explicit Reader(const ImportHints& hints) : hints_{hints} {}

  void read(const LogLine& line) {
    if (const std::string program = program_in(line.text); !program.empty()) {
      if (run_.program.empty() && line.text.starts_with("# Collective test concluded"))
        run_.program = program;
      finish();
      run_.program = program;
    }
    if (line.text.find("rccl-tests") != std::string_view::npos) {
      run_.tool = "rccl-tests";
      run_.implementation = "rccl";
    }
    read_version(line);
    if (line.text.starts_with("# Using devices")) {
      finish();
      devices_.clear();
    } else if (const auto device = line.whole ? device_in(line.text) : std::nullopt) {
      devices_.push_back(*device);
    } else if (const auto titles = titles_in(line.text)) {
      finish();
      titles_ = *titles;
    } else if (!titles_.empty() && looks_like_row(line.text)) {
      auto [row, reason] = row_of(line, titles_);
      if (row)
        run_.rows.push_back(std::move(*row));
      else
        log_.unread.push_back({line.place(), reason});
    }
  }

  [[nodiscard]] ImportedLog take() {
    finish();
    log_.tool = run_.tool;
    log_.version = run_.version;
    return std::move(log_);
  }

 private:
  void read_version(const LogLine& line) {
    for (const std::string_view key : {"# nccl-tests version ", "rccl-tests: Version "})
      if (line.whole && line.text.starts_with(key))
        if (const Words words = words_of(line.text.substr(key.size())); !words.empty())
          run_.version = words[0];
    constexpr std::string_view library = "NCCL version ";
    const auto found = line.text.find(library);
    if (line.whole && found != std::string_view::npos)
      if (const Words words = words_of(line.text.substr(found + library.size())); !words.empty())
        log_.libraries["nccl"] = words[0];
  }

  void finish() {
    if (run_.rows.empty()) return;
    run_.ranks = ranks_of(devices_);
    add_nccl_run(run_, hints_, log_);
    if (run_.ranks) {
      std::vector<RankIdentity> listed;
      for (const NcclRank& rank : devices_) listed.push_back(rank.identity);
      add_ranks(log_.ranks, listed);
    }
    run_.rows.clear();
    run_.program.clear();
  }

  const ImportHints& hints_;
  ImportedLog log_;
  NcclRun run_;
  Words titles_;
  std::vector<NcclRank> devices_;
};

}  // namespace

bool is_nccl_tests_text(std::string_view text) {
  return std::ranges::any_of(lines_of(text),
                             [](const LogLine& line) { return titles_in(line.text).has_value(); });
}

ImportedLog read_nccl_tests_text(std::string_view text, const ImportHints& hints) {
  Reader reader{hints};
  for (const LogLine& line : lines_of(text)) reader.read(line);
  return reader.take();
}

}  // namespace assay::results
