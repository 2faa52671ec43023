#include "benchmarks/gpu_matmul/choice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::benchmarks::gpu_matmul {

namespace {

void choose_rungs(const Wanted& wanted, OperandType type, Capability capability, Choice& choice) {
  if (wanted.algorithm == "auto") {
    if (const Rung* best = best_rung(type, capability))
      choice.kernels.emplace_back(best->name);
    else
      choice.left_out.push_back(fmt::format("no kernel of ours is for {} on compute capability {}",
                                            info(type).name, text_of(capability)));
    return;
  }
  const bool all = wanted.algorithm == "all";
  if (!all) static_cast<void>(find_rung(wanted.algorithm));
  for (const Rung& rung : ladder()) {
    if (!all && rung.name != wanted.algorithm) continue;
    std::string why = why_not(rung, type);
    if (all && !why.empty()) continue;  // the next type is another matter
    if (why.empty()) why = why_not(rung, capability);
    if (why.empty())
      choice.kernels.emplace_back(rung.name);
    else
      choice.left_out.push_back(why);
  }
}

std::string why_not_cublaslt(OperandType type, MatmulLayout layout, Capability capability,
                             const std::string& why_none) {
  if (!why_none.empty()) return why_none;
  if (capability < least_capability(type))
    return fmt::format("{} needs a GPU of compute capability {} or later, and this one has {}",
                       info(type).name, text_of(least_capability(type)), text_of(capability));
  if (type == OperandType::float8_e4m3 && name_of(layout) != "nt")
    return fmt::format("cublaslt takes {} in --layout nt alone", info(type).name);
  return {};
}

}  // namespace

bool Choice::has_cublaslt() const {
  return std::find(kernels.begin(), kernels.end(), cublaslt_name) != kernels.end();
}

bool Choice::has_fixed_layout() const {
  return std::any_of(kernels.begin(), kernels.end(), [](const std::string& name) {
    return name != cublaslt_name && !find_rung(name).any_layout;
  });
}

Choice choose_kernels(const Wanted& wanted, OperandType type, MatmulLayout layout,
                      Capability capability, const std::string& why_no_cublaslt) {
  Choice choice;
  if (wanted.implementation != cublaslt_name) choose_rungs(wanted, type, capability, choice);
  if (wanted.implementation != "assay") {
    const std::string why = why_not_cublaslt(type, layout, capability, why_no_cublaslt);
    if (why.empty())
      choice.kernels.emplace_back(cublaslt_name);
    else
      choice.left_out.push_back(why);
  }
  return choice;
}

}  // namespace assay::benchmarks::gpu_matmul
