#include "collectives/host_work.hpp"

#include <cstring>

namespace assay::collectives {

HostWork::HostWork(const StepArithmetic& arithmetic, std::size_t largest_bytes)
    : reduction_{find_reduction(arithmetic.type, arithmetic.op)} {
  if (arithmetic.op == ReduceOp::mulsum) multiplied_ = std::make_unique<std::byte[]>(largest_bytes);
}

void HostWork::operator()(const Combination& work) const noexcept {
  const std::byte* left = multiplied(work.left, work.left_factor, work.count);
  const std::byte* right = multiplied(work.right, work.right_factor, work.count);
  if (right != nullptr)
    reduction_.reduce(work.result, left, right, work.count);
  else if (work.result != left)
    std::memcpy(work.result, left, work.bytes());
  if (work.divisor != 1) reduction_.divide(work.result, work.result, work.divisor, work.count);
  if (work.second_result == nullptr) return;
  // Of a copy from its source, which is still where it was read.
  std::memcpy(work.second_result, work.is_copy() ? left : work.result, work.bytes());
}

const std::byte* HostWork::multiplied(const std::byte* source, int factor,
                                      std::size_t count) const noexcept {
  if (factor == 1) return source;
  reduction_.multiply(multiplied_.get(), source, factor, count);
  return multiplied_.get();
}

}  // namespace assay::collectives
