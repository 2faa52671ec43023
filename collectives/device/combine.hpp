#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/combination.hpp"
#include "collectives/device/formats.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/vector.hpp"

namespace assay::collectives::device {

namespace {

ASSAY_DEVICE inline bool is_aligned(const Combination& work) {
  const std::uintptr_t all = reinterpret_cast<std::uintptr_t>(work.left) |
                             reinterpret_cast<std::uintptr_t>(work.right) |
                             reinterpret_cast<std::uintptr_t>(work.result) |
                             reinterpret_cast<std::uintptr_t>(work.second_result);
  return all % sizeof(Vector) == 0;
}

/// Each rounding that the host does between its passes is done here, so that bits are the same.
template <class Format>
ASSAY_DEVICE typename Format::Stored multiplied(typename Format::Stored value, int factor) {
  typename Format::Stored result;
  Format::put(
      reduction::Product::apply(Format::widen(value), static_cast<typename Format::Wide>(factor)),
      result);
  return result;
}

template <class Format>
ASSAY_DEVICE typename Format::Stored combined(ReduceOp op, typename Format::Stored left,
                                              typename Format::Stored right) {
  typename Format::Stored result;
  Format::put(apply(op, Format::widen(left), Format::widen(right)), result);
  return result;
}

template <class Format>
ASSAY_DEVICE typename Format::Stored scaled(const Combination& work, typename Format::Stored left,
                                            typename Format::Stored right) {
  if (work.left_factor != 1) left = multiplied<Format>(left, work.left_factor);
  if (work.right_factor != 1) right = multiplied<Format>(right, work.right_factor);
  if (work.right != nullptr) left = combined<Format>(work.op, left, right);
  if (work.divisor != 1) Format::put(reduction::divided(Format::widen(left), work.divisor), left);
  return left;
}

template <class Format>
ASSAY_DEVICE Vector combined(ReduceOp op, const Vector& left, const Vector& right) {
  using Stored = typename Format::Stored;
  const auto l = to_pack<Stored>(left);
  const auto r = to_pack<Stored>(right);
  Pack<Stored> result{};
  ASSAY_UNROLL
  for (int i = 0; i < Pack<Stored>::size; ++i)
    result.elements[i] = combined<Format>(op, l.elements[i], r.elements[i]);
  return to_vector(result);
}

template <class Machine>
ASSAY_DEVICE void store_results(const Combination& work, std::size_t at, const Vector& vector) {
  Machine::store(work.result + at, vector);
  if (work.second_result != nullptr) Machine::store(work.second_result + at, vector);
}

/// `function(vector of left, vector of right)` for all whole vectors of the piece. As many are
/// loaded before the first is used as the machine says, so that loads overlap.
template <class Machine, class Function>
ASSAY_DEVICE void for_vectors(const Machine& machine, const Combination& work, std::size_t vectors,
                              Function function) {
  constexpr int unrolled = Machine::loads_at_once;
  const std::size_t threads = machine.threads();
  std::size_t index = machine.thread();
  const auto at = [](std::size_t vector) { return vector * sizeof(Vector); };
  for (; index < vectors; index += unrolled * threads) {
    Vector left[unrolled] = {};
    Vector right[unrolled] = {};
    ASSAY_UNROLL
    for (int u = 0; u < unrolled; ++u) {
      if (index + u * threads >= vectors) break;
      left[u] = Machine::load(work.left + at(index + u * threads));
      right[u] =
          work.right == nullptr ? left[u] : Machine::load(work.right + at(index + u * threads));
    }
    ASSAY_UNROLL
    for (int u = 0; u < unrolled; ++u) {
      if (index + u * threads >= vectors) break;
      store_results<Machine>(work, at(index + u * threads), function(left[u], right[u]));
    }
  }
}

template <class Machine>
struct CombineElements {
  const Machine& machine;
  const Combination& work;
  std::size_t vectors;

  /// The vectors, if any, and then what is left of them, or all, element by element.
  template <class Format>
  ASSAY_DEVICE void run() const {
    using Stored = typename Format::Stored;
    const ReduceOp op = work.op;
    std::size_t begin = 0;
    if (!work.is_scaled()) {
      for_vectors(machine, work, vectors, [op](const Vector& left, const Vector& right) {
        return combined<Format>(op, left, right);
      });
      begin = vectors * (sizeof(Vector) / sizeof(Stored));
    }
    const auto* left = reinterpret_cast<const Stored*>(work.left);
    const auto* right = work.right == nullptr ? left : reinterpret_cast<const Stored*>(work.right);
    auto* result = reinterpret_cast<Stored*>(work.result);
    auto* second = reinterpret_cast<Stored*>(work.second_result);
    for (std::size_t i = begin + machine.thread(); i < work.count; i += machine.threads()) {
      const Stored value = scaled<Format>(work, left[i], right[i]);
      result[i] = value;
      if (second != nullptr) second[i] = value;
    }
  }
};

template <class Element, class Machine>
ASSAY_DEVICE void copy_elements(const Machine& machine, const Combination& work, std::size_t begin,
                                std::size_t end) {
  const auto* from = reinterpret_cast<const Element*>(work.left);
  auto* to = reinterpret_cast<Element*>(work.result);
  auto* second = reinterpret_cast<Element*>(work.second_result);
  for (std::size_t i = begin + machine.thread(); i < end; i += machine.threads()) {
    const Element value = from[i];
    to[i] = value;
    if (second != nullptr) second[i] = value;
  }
}

}  // namespace

/// Does this thread's share of it. All threads of the block must.
/// Results may equal left or right and overlap them in no other way.
template <class Machine>
ASSAY_DEVICE void combine(const Machine& machine, const Combination& work) {
  const std::size_t bytes = work.count * work.element_bytes;
  const std::size_t vectors = is_aligned(work) ? bytes / sizeof(Vector) : 0;
  if (!work.is_copy()) {
    with_format(work.type, CombineElements<Machine>{machine, work, vectors});
    return;
  }
  for_vectors(machine, work, vectors, [](const Vector& left, const Vector&) { return left; });
  const std::size_t begin = vectors * (sizeof(Vector) / work.element_bytes);
  if (work.element_bytes == sizeof(std::uint64_t))
    copy_elements<std::uint64_t>(machine, work, begin, work.count);
  else if (work.element_bytes == sizeof(std::uint32_t))
    copy_elements<std::uint32_t>(machine, work, begin, work.count);
  else if (work.element_bytes == sizeof(std::uint16_t))
    copy_elements<std::uint16_t>(machine, work, begin, work.count);
  else
    copy_elements<std::uint8_t>(machine, work, begin, work.count);
}

}  // namespace assay::collectives::device
