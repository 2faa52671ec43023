#pragma once

#include <string>
#include <vector>

namespace assay::collectives::device {

/// The GPUs that one process sees.
struct ProcessGpus {
  std::string host;
  std::vector<std::string> buses;  ///< by CUDA's number in that process
};

/// Which GPU each rank of a group works on. Every process drives as many ranks; ranks are numbered
/// process by process.
struct Placement {
  int process = 0;      ///< this one
  int per_process = 1;  ///< ranks
  bool is_virtual = false;
  std::vector<int> devices;        ///< by rank: CUDA's number in its process
  std::vector<std::string> buses;  ///< by rank
  std::vector<std::string> hosts;  ///< by rank

  [[nodiscard]] int ranks() const { return static_cast<int>(devices.size()); }
  [[nodiscard]] int first_local() const { return process * per_process; }
  [[nodiscard]] bool is_local(int rank) const { return rank / per_process == process; }
  [[nodiscard]] int device(int rank) const { return devices[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] const std::string& bus(int rank) const {
    return buses[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] const std::string& host(int rank) const {
    return hosts[static_cast<std::size_t>(rank)];
  }
};

/// A GPU for each rank: processes of one host take theirs in turn, `per_process` each, or the first
/// ones that they see where each sees its own. Virtual ranks share the one of the one process.
/// Throws  UsageError if there are not enough, or two ranks would be on one; virtual ranks, if
///         there are several processes.
[[nodiscard]] Placement place_ranks(const std::vector<ProcessGpus>& processes, int process,
                                    int per_process, bool is_virtual);

}  // namespace assay::collectives::device
