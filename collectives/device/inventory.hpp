#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace assay::collectives::device {

/// One GPU as this process sees it.
struct Gpu {
  int number = 0;  ///< of CUDA, in this process
  std::string name;
  std::string bus;  ///< "0000:3b:00.0": the same in every process of the host
  int capability_major = 0;
  int capability_minor = 0;
  int multiprocessors = 0;
  std::size_t memory_bytes = 0;
};

/// Why no GPU can be used.
enum class NoGpu {
  none,            ///< some can
  not_built,       ///< CUDA is not in this build
  no_driver,       ///< none is loaded
  driver_too_old,  ///< for the toolkit of this build
  none_visible,    ///< there are none, or CUDA_VISIBLE_DEVICES hides them
  failed,          ///< CUDA failed otherwise
};

struct Inventory {
  std::vector<Gpu> gpus;
  NoGpu problem = NoGpu::none;
  std::string why_none;  ///< "no GPU: CUDA driver not loaded"; empty where some can be used
};

/// The GPUs that this process can use. Loads the driver, where there is one, and takes no memory on
/// any of them.
[[nodiscard]] Inventory find_gpus();

/// Throws  where there is none: Error of exit code 2 if the driver is too old or fails, otherwise
///         UnavailableError.
void require_gpus(const Inventory& inventory);

/// Versions of the toolkit and, where they are there, of the driver and of NCCL; empty where CUDA
/// is not in this build.
[[nodiscard]] std::map<std::string, std::string> gpu_libraries();

/// "12.8" of CUDA's 12080.
[[nodiscard]] std::string cuda_version_text(int version);

/// What is to be said of a driver for CUDA up to `driver` (0: none is loaded) and a runtime of
/// CUDA `runtime`: a driver serves every runtime of its own major version and of earlier ones.
[[nodiscard]] Inventory judge_driver(int driver, int runtime);

/// Why nothing can be had of the GPU any more, by CUDA's number in this process; empty: it answers.
/// An error in a kernel stays with the process's use of that GPU, and does not spread to others.
[[nodiscard]] std::string why_failing(int device);

}  // namespace assay::collectives::device
