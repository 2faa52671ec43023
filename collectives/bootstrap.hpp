#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace assay::collectives {

/// How ranks find each other and agree, outside anything that is timed.
class Bootstrap {
 public:
  virtual ~Bootstrap() = default;
  [[nodiscard]] virtual int rank() const noexcept = 0;
  [[nodiscard]] virtual int size() const noexcept = 0;
  /// Every rank's bytes, by rank; lengths may differ.
  [[nodiscard]] virtual std::vector<std::vector<std::byte>> all_gather(
      std::span<const std::byte> mine) = 0;
  /// Leaves when all ranks have entered; as quick as it can be (busy while it waits).
  virtual void barrier() = 0;
  /// The same for long waits: sleeps in between, so that a rank that only waits takes no processor
  /// from those that measure. May leave up to a millisecond late.
  virtual void patient_barrier() = 0;
  /// Collective: the ranks that gave the same colour form a group, ranked as here. A rank that
  /// gave `no_group` gets null.
  [[nodiscard]] virtual std::unique_ptr<Bootstrap> split(int colour) = 0;
  static constexpr int no_group = -1;
};

/// Collective: rank 0's value on all ranks, for decisions that must be the same everywhere.
template <class T>
[[nodiscard]] T from_rank_zero(Bootstrap& bootstrap, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto all = bootstrap.all_gather(std::as_bytes(std::span{&value, 1}));
  std::memcpy(&value, all[0].data(), sizeof value);
  return value;
}

}  // namespace assay::collectives
