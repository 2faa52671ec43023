#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "collectives/bootstrap.hpp"

namespace assay::collectives {

/// The meeting point of ranks that are threads of one process. Threads are how plans and
/// transports are tested, and what ThreadSanitizer watches.
class ThreadGroup : public std::enable_shared_from_this<ThreadGroup> {
 public:
  [[nodiscard]] static std::shared_ptr<ThreadGroup> create(int size);
  /// To be used by one thread only.
  [[nodiscard]] std::unique_ptr<Bootstrap> bootstrap(int rank);

 private:
  friend class ThreadBootstrap;
  explicit ThreadGroup(int size);
  std::vector<std::vector<std::byte>> all_gather(int rank, std::span<const std::byte> mine);
  std::shared_ptr<ThreadGroup> subgroup(int generation, int colour, int size);

  int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  std::uint64_t round_ = 0;
  std::vector<std::vector<std::byte>> incoming_;
  std::vector<std::vector<std::byte>> gathered_;
  std::map<std::pair<int, int>, std::weak_ptr<ThreadGroup>> subgroups_;
};

}  // namespace assay::collectives
