#pragma once

#include "collectives/data_type.hpp"
#include "collectives/device/formats.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/vector.hpp"

namespace assay::collectives::device {

namespace {

/// Combines vectors of several ranks in the order in which they are added, and rounds once at the
/// end, as Reduction::reduce_many does.
template <class Format>
class Accumulator {
 public:
  using Stored = typename Format::Stored;
  using Wide = typename Format::Wide;

  ASSAY_DEVICE explicit Accumulator(ReduceOp op) : op_{op} {}

  /// `factor`: of mulsum, the rank's own; otherwise 1.
  ASSAY_DEVICE void add(const Vector& vector, int factor) {
    const auto pack = to_pack<Stored>(vector);
    ASSAY_UNROLL
    for (int i = 0; i < Pack<Stored>::size; ++i) {
      Wide value = Format::widen(pack.elements[i]);
      if (factor != 1) value = reduction::Product::apply(value, static_cast<Wide>(factor));
      values_[i] = is_empty_ ? value : apply(op_, values_[i], value);
    }
    is_empty_ = false;
  }

  /// `divisor`: of avg, the number of ranks; otherwise 1.
  [[nodiscard]] ASSAY_DEVICE Vector result(int divisor) const {
    Pack<Stored> pack{};
    ASSAY_UNROLL
    for (int i = 0; i < Pack<Stored>::size; ++i) {
      Format::put(values_[i], pack.elements[i]);
      if (divisor != 1)
        Format::put(reduction::divided(Format::widen(pack.elements[i]), divisor), pack.elements[i]);
    }
    return to_vector(pack);
  }

 private:
  ReduceOp op_;
  bool is_empty_ = true;
  Wide values_[Pack<Stored>::size] = {};
};

}  // namespace

}  // namespace assay::collectives::device
