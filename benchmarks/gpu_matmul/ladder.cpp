#include "benchmarks/gpu_matmul/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/named.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

constexpr Capability ampere{8, 0};
constexpr Capability ada{8, 9};
constexpr Capability hopper{9, 0};

const std::vector<OperandType> plain_types{OperandType::float32, OperandType::float16,
                                           OperandType::bfloat16};
const std::vector<OperandType> hopper_types{OperandType::tf32, OperandType::float16,
                                            OperandType::bfloat16, OperandType::float8_e4m3};

}  // namespace

std::string text_of(Capability capability) {
  return fmt::format("{}.{}", capability.major, capability.minor);
}

const std::vector<Rung>& ladder() {
  static const std::vector<Rung> rungs{
      {"naive", "a thread an element, straight from memory", plain_types, true, ampere},
      {"tiled", "tiles in shared memory", plain_types, true, ampere},
      {"register_blocked",
       "8 x 8 sums a thread in registers",
       {OperandType::float32},
       true,
       ampere},
      {"tensor_cores",
       "mma.sync, ldmatrix, asynchronous copies",
       {OperandType::tf32, OperandType::float16, OperandType::bfloat16},
       false,
       ampere},
      {"tma_wgmma", "tensor copies (TMA) and warpgroups' products (wgmma)", hopper_types, false,
       hopper, true},
      {"warp_specialised", "one warpgroup copies, two multiply", hopper_types, false, hopper, true},
      {"persistent", "blocks that stay, in clusters that share b by multicast", hopper_types, false,
       hopper, true},
  };
  return rungs;
}

const Rung& find_rung(std::string_view name) { return find_named(ladder(), name, "matmul kernel"); }

std::string why_not(const Rung& rung, OperandType type) {
  if (std::find(rung.types.begin(), rung.types.end(), type) == rung.types.end()) {
    std::string known;
    for (const OperandType taken : rung.types)
      known += fmt::format("{}{}", known.empty() ? "" : ", ", info(taken).name);
    return fmt::format("{} is of {}, not of {}", rung.name, known, info(type).name);
  }
  return {};
}

std::string why_not(const Rung& rung, Capability capability) {
  if (rung.only_major && capability.major != rung.least.major)
    return fmt::format("{} is for GPUs of compute capability {}, and this one has {}", rung.name,
                       text_of(rung.least), text_of(capability));
  if (capability < rung.least)
    return fmt::format("{} needs a GPU of compute capability {} or later, and this one has {}",
                       rung.name, text_of(rung.least), text_of(capability));
  return {};
}

const Rung* best_rung(OperandType type, Capability capability) {
  const Rung* best = nullptr;
  for (const Rung& rung : ladder())
    if (why_not(rung, type).empty() && why_not(rung, capability).empty()) best = &rung;
  return best;
}

OperandType parse_operand_type(std::string_view name) {
  for (const OperandInfo& entry : operand_types)
    if (name == entry.name || name == entry.short_name) return entry.type;
  throw UsageError{
      fmt::format("matmul on GPUs is of {}, not of {}", names_in(operand_types), name)};
}

Capability least_capability(OperandType type) {
  return type == OperandType::float8_e4m3 ? ada : ampere;
}

}  // namespace assay::benchmarks::gpu_matmul
