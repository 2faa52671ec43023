#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/json_fields.hpp"
#include "results/run_info.hpp"

namespace assay::results {

/// A rank as nccl-tests lists it.
struct NcclDevice {
  int rank = 0;
  int group = 0;
  std::int64_t pid = 0;
  std::string host;
  int device = 0;           ///< CUDA's number in its process
  std::string bus = "cpu";  ///< "0000:3b:00.0" of a GPU
  std::string model;
};

/// Of ranks on processors, all in group 0.
[[nodiscard]] std::vector<NcclDevice> processor_devices(const RunInfo& info);

/// What the JSON of nccl-tests' -J begins with: all but the options of a bench, `results` (none
/// yet) and what comes after them. `nccl`: its version as text, where it took part.
[[nodiscard]] Json nccl_head(const RunInfo& info, const std::vector<NcclDevice>& devices, int gpus,
                             const std::optional<std::string>& nccl);

/// 2026-11-23T16:29:00Z as nccl-tests writes it (which says local time; this stays UTC).
[[nodiscard]] std::string nccl_time(std::string utc);

/// 22707 of "2.27.7", as NCCL counts from 2.9 on; nothing of what is no such version.
[[nodiscard]] std::optional<int> nccl_version_number(const std::string& version);

/// NCCL's version in this run, as text; nothing where it is not known.
[[nodiscard]] std::optional<std::string> nccl_version(const RunInfo& info);

}  // namespace assay::results
