#include <fmt/format.h>

#include "collectives/device/inventory.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

constexpr int per_major = 1000;  // CUDA 12.8 is 12080
constexpr int per_minor = 10;

}  // namespace

std::string cuda_version_text(int version) {
  return fmt::format("{}.{}", version / per_major, version % per_major / per_minor);
}

Inventory judge_driver(int driver, int runtime) {
  if (driver == 0) return {{}, NoGpu::no_driver, "no GPU: CUDA driver not loaded"};
  if (driver / per_major < runtime / per_major)
    return {{},
            NoGpu::driver_too_old,
            fmt::format("no GPU: the driver serves CUDA up to {}, and this build needs {}.0 or "
                        "later; update the driver, or build with CUDA {}",
                        cuda_version_text(driver), runtime / per_major, driver / per_major)};
  return {};
}

void require_gpus(const Inventory& inventory) {
  switch (inventory.problem) {
    case NoGpu::none:
      return;
    case NoGpu::driver_too_old:
    case NoGpu::failed:
      throw Error{"CUDA", 0, inventory.why_none, std::source_location::current(), ExitCode::cuda};
    default:
      throw UnavailableError{inventory.why_none};
  }
}

}  // namespace assay::collectives::device
