#include "benchmarks/gpu_memory/content.hpp"

#include <fmt/format.h>

#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"

namespace assay::benchmarks::gpu_memory {

using native::check_cuda;

Comparison::Comparison() : wrong_{native::allocate_device(sizeof(WrongWords))} {}

std::optional<Mismatch> Comparison::mismatch(const void* words, std::uint64_t bytes,
                                             std::uint64_t first) const {
  WrongWords wrong;
  auto* device = static_cast<WrongWords*>(wrong_.get());
  check_cuda(cudaMemcpy(device, &wrong, sizeof wrong, cudaMemcpyHostToDevice));
  check_cuda(start_compare(words, bytes / sizeof(std::uint64_t), first, device, nullptr));
  check_cuda(cudaMemcpy(&wrong, device, sizeof wrong, cudaMemcpyDeviceToHost));
  if (wrong.count == 0) return std::nullopt;
  std::uint64_t found = 0;
  check_cuda(cudaMemcpy(&found, static_cast<const std::uint64_t*>(words) + wrong.first,
                        sizeof found, cudaMemcpyDeviceToHost));
  return describe(wrong.count, wrong.first, word(first, wrong.first), found);
}

std::optional<Mismatch> host_mismatch(const std::uint64_t* words, std::uint64_t bytes,
                                      std::uint64_t first) {
  std::optional<Mismatch> wrong;
  for (std::uint64_t index = 0; index < bytes / sizeof(std::uint64_t); ++index) {
    if (words[index] == word(first, index)) continue;
    if (!wrong) wrong = describe(0, index, word(first, index), words[index]);
    ++wrong->count;
  }
  return wrong;
}

Mismatch describe(std::uint64_t count, std::uint64_t index, std::uint64_t expected,
                  std::uint64_t found) {
  return {count, index, fmt::format("{:#x}", expected), fmt::format("{:#x}", found)};
}

}  // namespace assay::benchmarks::gpu_memory
