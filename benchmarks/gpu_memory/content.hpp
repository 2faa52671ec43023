#pragma once

#include <cstdint>
#include <optional>

#include "benchmarks/pattern.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks::gpu_memory {

/// Words in a GPU's memory that are or are not of a sequence.
class Comparison {
 public:
  Comparison();
  /// Compares `bytes` from `words` on with the sequence that begins with `first`, and waits for it.
  [[nodiscard]] std::optional<Mismatch> mismatch(const void* words, std::uint64_t bytes,
                                                 std::uint64_t first) const;

 private:
  native::DeviceMemory wrong_;
};

/// The same in the host's memory.
[[nodiscard]] std::optional<Mismatch> host_mismatch(const std::uint64_t* words, std::uint64_t bytes,
                                                    std::uint64_t first);

/// What is wrong where `found` is and the sequence has another word.
[[nodiscard]] Mismatch describe(std::uint64_t count, std::uint64_t index, std::uint64_t expected,
                                std::uint64_t found);

}  // namespace assay::benchmarks::gpu_memory
