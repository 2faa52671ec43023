#include "collectives/device/inventory.hpp"

namespace assay::collectives::device {

Inventory find_gpus() { return {{}, NoGpu::not_built, "no GPU: CUDA is not in this build"}; }

std::map<std::string, std::string> gpu_libraries() { return {}; }

std::string why_failing(int) { return ""; }

}  // namespace assay::collectives::device
