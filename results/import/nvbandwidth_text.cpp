#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "results/import/lines.hpp"
#include "results/import/logs.hpp"
#include "results/import/nvbandwidth_run.hpp"

namespace assay::results {

namespace {

constexpr std::string_view version_key = "nvbandwidth Version: ";
constexpr std::string_view running_key = "Running ";
constexpr std::string_view sum_key = "SUM ";

bool is_description(std::string_view line) {
  return line.ends_with("(GB/s)") || line.ends_with("(ns)");
}

/// What it says of a test that gave no figures: "Error: ...", "ERROR: ...", "Not Found: ...".
bool is_failure(std::string_view line) {
  constexpr std::array<std::string_view, 3> beginnings{"Error", "ERROR", "Not Found"};
  return std::ranges::any_of(beginnings,
                             [line](std::string_view begin) { return line.starts_with(begin); });
}

class Reader {
 public:
  Reader() { log_.tool = "nvbandwidth"; }

  void read(const LogLine& line) {
    const auto words = words_of(line.text);
    if (line.text.starts_with(version_key)) {
      if (line.whole) log_.version = line.text.substr(version_key.size());
    } else if (line.text.starts_with(running_key) && line.text.ends_with('.')) {
      finish();
      test_ = line.text.substr(running_key.size(), line.text.size() - running_key.size() - 1);
    } else if (is_failure(line.text)) {
      read_failure(line);
    } else if (line.text.starts_with("Waived")) {
      log_.unread.push_back({line.place(), "a test was waived: it does not run on that machine"});
    } else if (line.text.starts_with("Device ")) {
      if (line.whole && !lists_devices_) host_ = before_;  // blank in logs of older versions
      lists_devices_ = true;
    } else if (!test_.empty() && is_description(line.text)) {
      finish();
      matrix_ = NvbandwidthMatrix{line.place(), test_, std::string{line.text}, {}, {}, {}};
    } else if (matrix_) {
      read_in_matrix(line, words);
    }
    before_ = line.text;
  }

  [[nodiscard]] ImportedLog take() {
    finish();
    return std::move(log_);
  }

 private:
  /// Of the test that runs, and its matrix, if any, is none.
  void read_failure(const LogLine& line) {
    matrix_.reset();
    const std::string test = std::exchange(test_, "");
    log_.unread.push_back({line.place(), test.empty()
                                             ? std::string{line.text}
                                             : fmt::format("{} failed: {}", test, line.text)});
  }

  void read_in_matrix(const LogLine& line, const std::vector<std::string_view>& words) {
    if (words.empty()) return;
    if (line.text.starts_with(sum_key)) {
      if (line.whole && words.size() == 3) matrix_->sum = decimal(words[2]);
      finish();
    } else if (matrix_->columns.empty()) {
      if (!line.whole ||
          !std::ranges::all_of(words, [](auto word) { return whole_number(word).has_value(); }))
        return matrix_.reset();  // no matrix after all
      for (const std::string_view word : words) matrix_->columns.emplace_back(word);
    } else if (whole_number(words[0])) {
      read_row(line, words);
    }
  }

  void read_row(const LogLine& line, const std::vector<std::string_view>& words) {
    const auto refuse = [&](std::string reason) {
      log_.unread.push_back({line.place(), std::move(reason)});
    };
    if (words.size() != matrix_->columns.size() + 1)
      return refuse(fmt::format("{} of {} cells", words.size() - 1, matrix_->columns.size()));
    if (!line.whole) return refuse("the log ends in it, so its last number may be cut off");
    NvbandwidthMatrix::Row row{line.place(), std::string{words[0]}, {}};
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto value = decimal(words[i]);
      if (!value && words[i] != "N/A")
        return refuse(fmt::format("a cell is '{}', not a number", words[i]));
      row.cells.push_back(value);
    }
    matrix_->rows.push_back(std::move(row));
  }

  void finish() {
    if (matrix_) add_nvbandwidth_matrix(*matrix_, std::string{nvbandwidth_statistic}, host_, log_);
    matrix_.reset();
  }

  ImportedLog log_;
  std::string test_;
  std::string host_;  ///< the line before the first device; empty: the log does not say
  bool lists_devices_ = false;
  std::string before_;
  std::optional<NvbandwidthMatrix> matrix_;
};

}  // namespace

bool is_nvbandwidth_text(std::string_view text) {
  return text.find(version_key) != std::string_view::npos ||
         text.find("memcpy CE ") != std::string_view::npos ||
         text.find("memcpy SM ") != std::string_view::npos;
}

ImportedLog read_nvbandwidth_text(std::string_view text, const ImportHints&) {
  Reader reader;
  for (const LogLine& line : lines_of(text)) reader.read(line);
  return reader.take();
}

}  // namespace assay::results
