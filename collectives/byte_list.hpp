#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace assay::collectives {

/// Writes values one after the other, for ranks that tell each other several things at once.
class ByteWriter {
 public:
  template <class T>
  void add(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    append(std::as_bytes(std::span{&value, 1}));
  }
  template <class T>
  void add_list(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    add(std::uint64_t{values.size()});
    append(std::as_bytes(std::span{values}));
  }
  void add_text(std::string_view text) {
    add(std::uint64_t{text.size()});
    append(std::as_bytes(std::span{text}));
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  void append(std::span<const std::byte> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }

  std::vector<std::byte> bytes_;
};

/// Reads them in the same order.
/// Precondition: they were written so.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_{bytes} {}

  template <class T>
  [[nodiscard]] T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    std::memcpy(&value, next(sizeof value).data(), sizeof value);
    return value;
  }
  template <class T>
  [[nodiscard]] std::vector<T> take_list() {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> values(take<std::uint64_t>());
    const auto from = next(values.size() * sizeof(T));
    if (!from.empty()) std::memcpy(values.data(), from.data(), from.size());
    return values;
  }
  [[nodiscard]] std::string take_text() {
    const auto text = next(take<std::uint64_t>());
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }

 private:
  std::span<const std::byte> next(std::size_t bytes) {
    const auto taken = bytes_.first(bytes);
    bytes_ = bytes_.subspan(bytes);
    return taken;
  }

  std::span<const std::byte> bytes_;
};

}  // namespace assay::collectives
