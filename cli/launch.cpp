#include "cli/launch.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/machine.hpp"

namespace assay::cli {

namespace {

std::optional<int> number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  int value = 0;
  const auto [rest, problem] = std::from_chars(text, text + std::strlen(text), value);
  if (problem != std::errc{} || *rest != '\0') return std::nullopt;
  return value;
}

struct Names {
  const char* rank;
  const char* size;
};
constexpr std::array launchers{
    Names{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    Names{"PMI_RANK", "PMI_SIZE"},
    Names{"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},
};

}  // namespace

Launch read_launch() {
  if (is_simulated()) return {-1, number("SMPI_GLOBAL_SIZE").value_or(1), std::nullopt};
  for (const Names& names : launchers) {
    const auto rank = number(names.rank);
    const auto size = number(names.size);
    if (rank && size) return {*rank, *size, number("PMI_FD")};
  }
  return {};
}

}  // namespace assay::cli
