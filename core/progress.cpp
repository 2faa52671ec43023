#include "core/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/machine.hpp"

namespace assay {

namespace {
constexpr int bar_width = 24;
constexpr const char* to_line_start_and_clear = "\r\033[K";
}  // namespace

Progress::Progress(bool shown, Seconds total)
    : shown_{shown},
      is_terminal_{::isatty(STDERR_FILENO) != 0},
      total_{total},
      begin_{steady_now()} {}

Progress::~Progress() {
  if (shown_ && is_terminal_) fmt::print(stderr, "{}", to_line_start_and_clear);
}

void Progress::stage(const std::string& name, Seconds expected) {
  done_ = done_ + current_;
  current_ = expected;
  if (shown_) draw(name);
}

void Progress::draw(const std::string& name) const {
  const double share = total_.value > 0 ? std::clamp(done_ / total_, 0.0, 1.0) : 0.0;
  // What is left goes by what was expected, corrected by how the expectation held so far.
  const double pace = done_.value > 0 ? (steady_now() - begin_) / done_ : 1.0;
  const double left = std::max(0.0, (total_ - done_).value * pace);
  std::string text = fmt::format("{:3.0f} %  {}", 100 * share, name);
  // What is left of simulated time says nothing of how long a person has to wait.
  if (!is_simulated()) text += fmt::format(", about {:.0f} s left", left);
  if (is_terminal_) {
    const int filled = static_cast<int>(share * bar_width);
    fmt::print(stderr, "{}[{:#<{}}{:.<{}}] {}", to_line_start_and_clear, "", filled, "",
               bar_width - filled, text);
  } else {
    fmt::print(stderr, "assay: {}\n", text);
  }
  std::fflush(stderr);
}

}  // namespace assay
