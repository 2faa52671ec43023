#pragma once

#include <string>
#include <vector>

namespace assay::collectives::device {

/// The GPUs that one process sees.
struct ProcessGpus {
  std::string host;
  std::vector<std::string> buses;  ///< by CUDA's number in that process
  /// Those of the whole host, as its management library numbers them; empty: there is none.
  std::vector<std::string> listed{};
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
  /// By rank: the GPU's number on its host, the same in every process, and the one that NVML has
  /// where it is there.
  std::vector<int> numbers{};

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
  /// "gpu3", as records have it.
  [[nodiscard]] std::string device_name(int rank) const;
};

/// A GPU for each rank: processes of one host take theirs in turn, `per_process` each, or the first
/// ones that they see where each sees its own. Virtual ranks share the one of the one process.
/// Throws  UsageError if there are not enough, or two ranks would be on one; virtual ranks, if
///         there are several processes.
[[nodiscard]] Placement place_ranks(const std::vector<ProcessGpus>& processes, int process,
                                    int per_process, bool is_virtual);

/// How the processes of a job share out the GPUs of their hosts, so that each is driven by one.
struct GpuShares {
  std::vector<int> members;  ///< the processes that drive some, in order; none: there are no GPUs
  int per_process = 1;       ///< that each of them drives
};

/// Of processes that outnumber their host's GPUs the first ones have them; where GPUs outnumber
/// the processes, each drives as many as all can alike. Some may be left over.
[[nodiscard]] GpuShares share_gpus(const std::vector<ProcessGpus>& processes);

/// Of each process its GPU number `index` alone, as a placement of its own.
[[nodiscard]] Placement one_of_each(const Placement& placement, int index);

/// The part of `placement` that is on this process's host, as a placement of its own.
[[nodiscard]] Placement within_host(const Placement& placement);

}  // namespace assay::collectives::device
