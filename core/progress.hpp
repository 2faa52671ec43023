#pragma once

#include <string>

#include "core/clock.hpp"

namespace assay {

/// Tells a person how far a run is, on standard error: a bar that redraws itself on a terminal,
/// otherwise one line a stage; nothing when quiet.
class Progress {
 public:
  /// `total` is what all stages together are expected to take.
  Progress(bool shown, Seconds total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The stage before is over; `name` begins and is expected to take `expected`.
  void stage(const std::string& name, Seconds expected);
  /// More is to be done than was thought.
  void extend(Seconds more) { total_ = total_ + more; }

 private:
  void draw(const std::string& name) const;

  bool shown_;
  bool is_terminal_;
  Seconds total_;
  Seconds done_;  ///< expected time of the stages that are over
  Seconds current_;
  Seconds begin_;
};

}  // namespace assay
