#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/nvml_asker.hpp"

namespace assay::topology {

/// One NVLink of a GPU.
struct Nvlink {
  unsigned number = 0;
  bool is_up = false;
  /// 1.0, 2.0, 2.2, 3.0, ..., as the driver says: of H100s some drivers say 5.0 where 4.0 is right.
  std::optional<double> version;
  std::string remote;  ///< PCI address of what it leads to; empty: not told, as of links down
};

/// What the management library tells of a GPU's place in its host.
struct GpuLinks {
  std::string address;  ///< PCI, as the kernel writes it: 0000:07:00.0
  std::string name;
  int capability = 0;  ///< compute capability, 90 is 9.0; 0: not told
  std::vector<Nvlink> nvlinks;
};

/// "0000:3b:00.0", as the kernel and CUDA write it, of NVML's "00000000:3B:00.0".
[[nodiscard]] std::string pci_address(std::string_view nvml_bus);

/// The links that there are, by number.
[[nodiscard]] std::vector<Nvlink> read_nvlinks(const NvmlAsker& gpu);

/// All GPUs of this host that can be asked.
[[nodiscard]] std::vector<GpuLinks> read_gpu_links(const Nvml& nvml);

}  // namespace assay::topology
