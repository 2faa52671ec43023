#include "cli/gpu_environment.hpp"

#include <cstdlib>

namespace assay::cli {

namespace {

constexpr int keep = 0;  ///< what is set already

}  // namespace

void load_kernels_eagerly() { ::setenv("CUDA_MODULE_LOADING", "EAGER", keep); }

void prepare_nccl_environment(const std::filesystem::path& run, bool is_root, bool redact) {
  const bool in_run = !run.empty() && !redact;
  if (std::getenv("NCCL_DEBUG") != nullptr)
    ::setenv("NCCL_DEBUG_FILE", in_run ? (run / "nccl.%h.%p.log").c_str() : "/dev/stderr", keep);
  if (is_root && in_run) ::setenv("NCCL_TOPO_DUMP_FILE", (run / "nccl_topology.xml").c_str(), keep);
}

bool user_forces_nccl() {
  return std::getenv("NCCL_ALGO") != nullptr || std::getenv("NCCL_PROTO") != nullptr;
}

}  // namespace assay::cli
