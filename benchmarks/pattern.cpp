#include "benchmarks/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

namespace assay::benchmarks {

using collectives::DataType;
using collectives::ReduceOp;

namespace {

/// Starts differ by whole cache lines, so that alignment is the same in every sample.
constexpr std::size_t start_stride = 64;
constexpr std::uint64_t start_count = 61;  // prime: no period in common with anything of ours
constexpr std::size_t slack = start_stride * start_count;

std::size_t start_of(std::uint64_t sample) {
  return static_cast<std::size_t>(sample % start_count) * start_stride;
}

/// SplitMix64's output function (Steele, Lea & Flood, OOPSLA 2014): a number per index, so that any
/// rank can make any other's data.
constexpr std::uint64_t mixed(std::uint64_t index) {
  std::uint64_t z = index * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// Random numbers of one rank as scaled integers of `bits` bits and a sign.
template <class T>
class Numbers {
 public:
  Numbers(std::uint64_t seed, int rank, int ranks)
      : stream_{mixed(seed * 0x100000001b3U + static_cast<std::uint64_t>(rank) + 1)},
        bits_{std::numeric_limits<T>::digits -
              static_cast<int>(std::bit_width(static_cast<unsigned>(ranks - 1)))},
        scale_{std::is_floating_point_v<T> ? std::ldexp(1.0, -bits_) : 1.0} {}

  [[nodiscard]] T operator[](std::size_t index) const {
    const std::uint64_t random = mixed(stream_ + index);
    const auto magnitude = static_cast<std::int64_t>((random >> 1) >> (63 - bits_));
    const std::int64_t value = (random & 1U) != 0 ? -magnitude : magnitude;
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(static_cast<double>(value) * scale_);
    else
      return static_cast<T>(value);
  }

 private:
  std::uint64_t stream_;
  int bits_;
  double scale_;
};

template <class T>
T combine(ReduceOp op, T a, T b) {
  switch (op) {
    case ReduceOp::sum:
      return a + b;
    case ReduceOp::max:
      return std::max(a, b);
    case ReduceOp::min:
      return std::min(a, b);
  }
  return a;
}

}  // namespace

class Pattern::Data {
 public:
  virtual ~Data() = default;
  virtual void fill(void* buffer, std::size_t count, std::size_t start) const = 0;
  virtual std::optional<Mismatch> check(const void* result, std::size_t count,
                                        std::size_t start) const = 0;

  template <class T>
  class Of;
};

template <class T>
class Pattern::Data::Of final : public Pattern::Data {
 public:
  Of(ReduceOp op, std::size_t count, int rank, int ranks, std::uint64_t seed)
      : mine_(count + slack), reduced_(count + slack) {
    for (int peer = 0; peer < ranks; ++peer) {
      const Numbers<T> numbers{seed, peer, ranks};
      for (std::size_t i = 0; i < reduced_.size(); ++i) {
        const T value = numbers[i];
        if (peer == rank) mine_[i] = value;
        reduced_[i] = peer == 0 ? value : combine(op, reduced_[i], value);
      }
    }
  }

  void fill(void* buffer, std::size_t count, std::size_t start) const override {
    std::memcpy(buffer, mine_.data() + start, count * sizeof(T));
  }

  std::optional<Mismatch> check(const void* result, std::size_t count,
                                std::size_t start) const override {
    const T* found = static_cast<const T*>(result);
    const T* expected = reduced_.data() + start;
    if (std::memcmp(found, expected, count * sizeof(T)) == 0) return std::nullopt;
    Mismatch mismatch;
    for (std::size_t i = 0; i < count; ++i) {
      if (found[i] == expected[i]) continue;  // equal though not in every bit: -0 and +0
      if (mismatch.count++ > 0) continue;
      mismatch.offset = i;
      mismatch.expected = fmt::format("{}", expected[i]);
      mismatch.found = fmt::format("{}", found[i]);
    }
    if (mismatch.count == 0) return std::nullopt;
    return mismatch;
  }

 private:
  std::vector<T> mine_;
  std::vector<T> reduced_;
};

Pattern::Pattern(DataType type, ReduceOp op, std::size_t count, int rank, int ranks,
                 std::uint64_t seed) {
  switch (type) {
    case DataType::float32:
      data_ = std::make_unique<Data::Of<float>>(op, count, rank, ranks, seed);
      break;
    case DataType::float64:
      data_ = std::make_unique<Data::Of<double>>(op, count, rank, ranks, seed);
      break;
    case DataType::int32:
      data_ = std::make_unique<Data::Of<std::int32_t>>(op, count, rank, ranks, seed);
      break;
    case DataType::int64:
      data_ = std::make_unique<Data::Of<std::int64_t>>(op, count, rank, ranks, seed);
      break;
  }
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

void Pattern::fill(void* buffer, std::size_t count, std::uint64_t sample) const {
  data_->fill(buffer, count, start_of(sample));
}

std::optional<Mismatch> Pattern::check(const void* result, std::size_t count,
                                       std::uint64_t sample) const {
  return data_->check(result, count, start_of(sample));
}

}  // namespace assay::benchmarks
