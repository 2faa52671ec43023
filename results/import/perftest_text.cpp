#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "results/import/lines.hpp"
#include "results/import/logs.hpp"
#include "results/import/perftest_run.hpp"

namespace assay::results {

namespace {

/// A column: "BW average[Gb/sec]" is "BW average" in "Gb/sec".
struct Title {
  std::string name;
  std::string unit;
};

std::vector<Title> titles_in(std::string_view line) {
  if (words_of(line).empty() || words_of(line)[0] != "#bytes") return {};
  std::vector<Title> titles;
  // Old versions have single blanks between the first titles.
  std::string spaced{line};
  for (std::size_t at = 0; (at = spaced.find('#', at)) != std::string::npos; at += 3)
    spaced.insert(at, "  ");
  for (const std::string_view title : titles_of(spaced)) {
    const auto bracket = title.find('[');
    Title column{std::string{title.substr(0, bracket)}, ""};
    if (bracket != std::string_view::npos && title.ends_with(']'))
      column.unit = title.substr(bracket + 1, title.size() - bracket - 2);
    if (column.name.starts_with('#')) column.name.erase(0, 1);
    titles.push_back(column);
  }
  return titles;
}

/// The unit of the bandwidths: perftest's MB are MiB.
std::string unit_in(const std::vector<Title>& titles) {
  for (const Title& title : titles) {
    if (title.unit == "Gb/sec") return "Gb/s";
    if (title.unit == "MB/sec" || title.unit == "MiB/sec") return "MiB/s";
  }
  return "us";
}

/// What follows "Device" and a colon.
std::string device_in(std::string_view line) {
  const auto words = words_of(line);
  const auto found = std::ranges::find(words, "Device");
  const bool is_said = words.end() - found >= 3 && found[1] == ":";
  return is_said ? std::string{found[2]} : "";
}

class Reader {
 public:
  Reader() { log_.tool = "perftest"; }

  void read(const LogLine& line) {
    const auto words = words_of(line.text);
    if (words.empty()) return;
    const std::string_view trimmed{words.front().begin(), words.back().end()};
    if (const auto test = perftest_title(trimmed)) {
      test_ = test;
      titles_.clear();
      return;
    }
    if (trimmed.ends_with(" Test")) {  // one that is not known
      test_.reset();
      titles_.clear();
    }
    if (const std::string device = device_in(line.text); test_ && !device.empty() && line.whole)
      test_->device = device;
    if (auto titles = titles_in(line.text); !titles.empty())
      titles_ = std::move(titles);
    else if (!titles_.empty() && decimal(words[0]))
      read_row(line, words);
  }

  [[nodiscard]] ImportedLog take() { return std::move(log_); }

 private:
  void read_row(const LogLine& line, const std::vector<std::string_view>& words) {
    const auto refuse = [&](std::string reason) {
      log_.unread.push_back({line.place(), std::move(reason)});
    };
    if (words.size() != titles_.size())
      return refuse(fmt::format("{} of {} columns", words.size(), titles_.size()));
    if (!line.whole) return refuse("the log ends in it, so its last number may be cut off");
    if (!test_) return refuse("no title above says which test it is of");
    PerftestRow row{line.place(), {}, unit_in(titles_)};
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto value = decimal(words[i]);
      if (!value) return refuse(fmt::format("{} is '{}', not a number", titles_[i].name, words[i]));
      row.figures[titles_[i].name] = *value;
    }
    if (!whole_number(words[0])) return refuse(fmt::format("'{}' is no size", words[0]));
    try {
      log_.records.push_back(perftest_record(*test_, row));
    } catch (const UsageError& problem) {
      refuse(problem.what());
    }
  }

  ImportedLog log_;
  std::optional<PerftestTest> test_;
  std::vector<Title> titles_;
};

}  // namespace

bool is_perftest_text(std::string_view text) {
  return std::ranges::any_of(lines_of(text),
                             [](const LogLine& line) { return !titles_in(line.text).empty(); });
}

ImportedLog read_perftest_text(std::string_view text, const ImportHints&) {
  Reader reader;
  for (const LogLine& line : lines_of(text)) reader.read(line);
  return reader.take();
}

}  // namespace assay::results
