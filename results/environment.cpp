#include "results/environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace assay::results {

namespace {

// What decides how the libraries behave, and so what a result means.
constexpr std::array<std::string_view, 9> kept_prefixes{
    "NCCL_", "UCX_", "OMPI_", "MPICH_", "MPIR_CVAR_", "SLURM_", "HWLOC_", "ASSAY_", "I_MPI_"};
constexpr std::array<std::string_view, 13> kept_names{"CUDA_VISIBLE_DEVICES",
                                                      "CUDA_DEVICE_ORDER",
                                                      "CUDA_DEVICE_MAX_CONNECTIONS",
                                                      "CUDA_MODULE_LOADING",
                                                      "NVIDIA_VISIBLE_DEVICES",
                                                      "OMP_NUM_THREADS",
                                                      "OMP_PROC_BIND",
                                                      "OMP_PLACES",
                                                      "OPENBLAS_NUM_THREADS",
                                                      "OPENBLAS_CORETYPE",
                                                      "GOTO_NUM_THREADS",
                                                      "MKL_NUM_THREADS",
                                                      "MALLOC_ARENA_MAX"};

// Open MPI hands its processes the address of its daemons, a key of the job and the list of nodes
// under these names. They say nothing about speed.
constexpr std::array<std::string_view, 4> dropped_prefixes{"OMPI_MCA_orte_", "OMPI_MCA_prte_",
                                                           "OMPI_MCA_ess", "OMPI_FILE_LOCATION"};
constexpr std::array<std::string_view, 8> secret_words{"TOKEN",  "KEY",        "PASSWORD", "PASSWD",
                                                       "SECRET", "CREDENTIAL", "COOKIE",   "JWT"};
// InfiniBand's partition key is a number of the fabric that decides who may talk; no secret, and a
// frequent fault.
constexpr std::string_view partition_key = "PKEY";

std::string upper_case(std::string_view text) {
  std::string upper{text};
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return upper;
}

bool has_prefix(std::string_view name, auto const& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

bool is_known(std::string_view name) {
  return has_prefix(name, kept_prefixes) ||
         std::find(kept_names.begin(), kept_names.end(), name) != kept_names.end();
}

bool speaks_of_secrets(std::string_view name) {
  std::string upper = upper_case(name);
  if (const auto found = upper.find(partition_key); found != std::string::npos) {
    upper.erase(found, partition_key.size());
  }
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&](std::string_view word) { return upper.find(word) != std::string::npos; });
}

bool is_daemon_address(std::string_view name, std::string_view value) {
  return has_prefix(name, dropped_prefixes) || upper_case(name).ends_with("_URI") ||
         value.find("://") != std::string_view::npos;
}

}  // namespace

std::map<std::string, std::string> allowed_environment(const char* const* all) {
  std::map<std::string, std::string> kept;
  for (; all != nullptr && *all != nullptr; ++all) {
    const std::string_view entry{*all};
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = entry.substr(0, equals);
    const auto value = entry.substr(equals + 1);
    if (!is_known(name) || speaks_of_secrets(name) || is_daemon_address(name, value)) continue;
    kept.emplace(name, value);
  }
  return kept;
}

}  // namespace assay::results
