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
  /// busiest first: "firefox (4711) 97 %". What came and went in between, and what a hypervisor
  /// took away, is counted together.
  [[nodiscard]] std::vector<std::string> found() const;
  static constexpr double noticeable_share = 0.05;

 private:
  struct Usage {
    std::string name;
    int parent = 0;
    double seconds = 0;
  };
  /// Of all processors since boot, in seconds.
  struct Processors {
    double busy = 0;
    double stolen = 0;
  };
  [[nodiscard]] static std::map<int, Usage> read_all();
  [[nodiscard]] static Processors read_processors();
  [[nodiscard]] bool is_own(int process, const std::map<int, Usage>& now) const;

  bool launched_;
  std::map<int, Usage> before_;
  Processors processors_before_;
  Seconds since_;
};

}  // namespace assay::benchmarks
