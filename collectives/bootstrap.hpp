#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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

/// Collective: every rank's value, by rank.
template <class T>
[[nodiscard]] std::vector<T> gather_values(Bootstrap& bootstrap, const T& mine) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> all;
  for (const auto& told : bootstrap.all_gather(std::as_bytes(std::span{&mine, 1})))
    std::memcpy(&all.emplace_back(), told.data(), sizeof(T));
  return all;
}

/// Collective: every rank's values, by rank; some may have none.
template <class T>
[[nodiscard]] std::vector<std::vector<T>> gather_lists(Bootstrap& bootstrap,
                                                       const std::vector<T>& mine) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<std::vector<T>> all;
  for (const auto& told : bootstrap.all_gather(std::as_bytes(std::span{mine}))) {
    auto& theirs = all.emplace_back(told.size() / sizeof(T));
    if (!told.empty()) std::memcpy(theirs.data(), told.data(), told.size());
  }
  return all;
}

/// Collective: every rank's text, by rank.
[[nodiscard]] inline std::vector<std::string> gather_texts(Bootstrap& bootstrap,
                                                           std::string_view mine) {
  std::vector<std::string> all;
  for (const auto& told : bootstrap.all_gather(std::as_bytes(std::span{mine})))
    all.emplace_back(reinterpret_cast<const char*>(told.data()), told.size());
  return all;
}

/// Collective: the first of the ranks' texts that is not empty, if any has one; the same on all.
[[nodiscard]] inline std::optional<std::string> first_text(Bootstrap& bootstrap,
                                                           std::string_view mine) {
  for (std::string& text : gather_texts(bootstrap, mine))
    if (!text.empty()) return std::move(text);
  return std::nullopt;
}

/// Collective: rank 0's value on all ranks, for decisions that must be the same everywhere.
template <class T>
[[nodiscard]] T from_rank_zero(Bootstrap& bootstrap, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto all = bootstrap.all_gather(std::as_bytes(std::span{&value, 1}));
  std::memcpy(&value, all[0].data(), sizeof value);
  return value;
}

}  // namespace assay::collectives
