#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace assay::benchmarks {

/// Who else uses the processors of this machine while a run goes on.
class BusyPrograms {
 public:
  /// Starts watching. Cost: reads /proc once, some milliseconds. `launched`: this process's
  /// supervisor was started by a launcher, whose other children belong to the job too.
  explicit BusyPrograms(bool launched);
  /// Programs outside this job that used at least `noticeable_share` of one processor since,
  /// busiest first: "firefox (4711) 97 %".
  [[nodiscard]] std::vector<std::string> found() const;
  static constexpr double noticeable_share = 0.05;

 private:
  struct Usage {
    std::string name;
    int parent = 0;
    double seconds = 0;
  };
  [[nodiscard]] static std::map<int, Usage> read_all();

  bool launched_;
  std::map<int, Usage> before_;
  Seconds since_;
};

}  // namespace assay::benchmarks
