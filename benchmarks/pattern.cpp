#include "benchmarks/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <span>
#include <type_traits>
#include <vector>

#include "benchmarks/pattern/element.hpp"
#include "benchmarks/pattern/numbers.hpp"
#include "benchmarks/pattern/sources.hpp"
#include "benchmarks/pattern/windows.hpp"
#include "collectives/reduction.hpp"

namespace assay::benchmarks {

using collectives::BlockSource;
using collectives::ReduceOp;
using collectives::Side;

namespace {

static_assert(collectives::mulsum_factor(0) == 1);  // as `reduce` below has it

/// Calls use(combine) with the function of two Wide numbers that `op` is. Integers wrap around.
template <class Wide, class Use>
void with_combining(ReduceOp op, Use use) {
  using Wrapping = typename std::conditional_t<std::is_integral_v<Wide>, std::make_unsigned<Wide>,
                                               std::type_identity<Wide>>::type;
  const auto wrap = [](Wide number) { return static_cast<Wrapping>(number); };
  switch (op) {
    case ReduceOp::prod:
      return use([=](Wide a, Wide b) { return static_cast<Wide>(wrap(a) * wrap(b)); });
    case ReduceOp::max:
      return use([](Wide a, Wide b) { return std::max(a, b); });
    case ReduceOp::min:
      return use([](Wide a, Wide b) { return std::min(a, b); });
    case ReduceOp::sum:
    case ReduceOp::avg:
    case ReduceOp::mulsum:
      break;
  }
  use([=](Wide a, Wide b) { return static_cast<Wide>(wrap(a) + wrap(b)); });
}

/// The beginnings of all ranks' streams, made element by element: one rank's, or all reduced.
template <class Element>
class StreamMaker {
 public:
  using Stored = typename Element::Stored;
  using Wide = typename Element::Wide;

  StreamMaker(const PatternShape& shape, const NumberPlan& plan, std::uint64_t seed)
      : shape_{shape}, plan_{plan}, seed_{seed} {}

  [[nodiscard]] std::vector<Stored> of_rank(int rank, std::size_t length) const {
    std::vector<Stored> stream(length);
    numbers(rank).for_each(
        0, length, [&](std::size_t i, Wide number) { stream[i] = Element::narrow(number); });
    return stream;
  }

  [[nodiscard]] std::vector<Stored> reduced(std::size_t length) const {
    std::vector<Stored> stream(length);
    std::array<Wide, 1024> tile;
    for (std::size_t begin = 0; begin < length; begin += tile.size()) {
      const std::size_t count = std::min(tile.size(), length - begin);
      reduce(tile, begin, count);
      for (std::size_t i = 0; i < count; ++i) stream[begin + i] = Element::narrow(tile[i]);
    }
    if (shape_.op == ReduceOp::avg)  // by the arithmetic that it is checked against
      find_reduction(shape_.type, shape_.op)
          .divide(stream.data(), stream.data(), shape_.ranks, length);
    return stream;
  }

 private:
  [[nodiscard]] Numbers<Wide> numbers(int rank) const { return {plan_, seed_, rank, shape_.ranks}; }

  void reduce(std::span<Wide> tile, std::size_t begin, std::size_t count) const {
    numbers(0).for_each(begin, count, [&](std::size_t i, Wide number) { tile[i] = number; });
    for (int rank = 1; rank < shape_.ranks; ++rank) {
      // Products by it are exact, and fit: the plan leaves them room.
      const auto factor =
          static_cast<Wide>(shape_.op == ReduceOp::mulsum ? collectives::mulsum_factor(rank) : 1);
      with_combining<Wide>(shape_.op, [&](auto combine) {
        numbers(rank).for_each(begin, count, [&](std::size_t i, Wide number) {
          tile[i] = combine(tile[i], number * factor);
        });
      });
    }
  }

  PatternShape shape_;
  NumberPlan plan_;
  std::uint64_t seed_;
};

}  // namespace

class Pattern::Data {
 public:
  virtual ~Data() = default;
  virtual void fill(void* input, std::size_t count, std::uint64_t sample) const = 0;
  virtual Mismatch check(const void* output, std::size_t count, std::uint64_t sample) const = 0;

  template <class Element>
  class Of;
};

template <class Element>
class Pattern::Data::Of final : public Pattern::Data {
 public:
  using Stored = typename Element::Stored;

  Of(const PatternShape& shape, std::size_t largest_count, std::uint64_t seed)
      : rank_{shape.rank},
        weights_{shape.weights},
        inputs_{input_sources(shape)},
        outputs_{output_sources(shape)},
        windows_{info(shape.operation).has_blocks ? shape.ranks : 1} {
    const NumberPlan plan = plan_numbers(shape);
    bound_ = plan.bound;
    const StreamMaker<Element> maker{shape, plan, seed};
    for (const auto& [rank, longest] : longest_blocks(largest_count)) {
      const std::size_t length = longest + windows_.slack();
      streams_[rank] =
          rank == BlockSource::all_ranks ? maker.reduced(length) : maker.of_rank(rank, length);
    }
  }

  void fill(void* input, std::size_t count, std::uint64_t sample) const override {
    auto* block = static_cast<Stored*>(input);
    for (std::size_t number = 0; number < inputs_.size(); ++number) {
      const std::size_t length = elements(Side::input, number, count);
      std::copy_n(window(inputs_[number], sample), length, block);
      block += length;
    }
  }

  Mismatch check(const void* output, std::size_t count, std::uint64_t sample) const override {
    Mismatch mismatch;
    std::size_t begin = 0;
    for (std::size_t number = 0; number < outputs_.size(); ++number) {
      const std::size_t length = elements(Side::output, number, count);
      compare(static_cast<const Stored*>(output) + begin, window(outputs_[number], sample), length,
              begin, mismatch);
      begin += length;
    }
    return mismatch;
  }

 private:
  /// Of block `number` of a buffer of this rank's.
  [[nodiscard]] std::size_t elements(Side side, std::size_t number, std::size_t count) const {
    return weights_.elements(side, rank_, static_cast<int>(number), count);
  }

  /// Of each stream: how long the blocks made of it can be.
  [[nodiscard]] std::map<int, std::size_t> longest_blocks(std::size_t largest_count) const {
    std::map<int, std::size_t> longest;
    for (const Side side : {Side::input, Side::output}) {
      const auto& sources = side == Side::input ? inputs_ : outputs_;
      for (std::size_t number = 0; number < sources.size(); ++number) {
        std::size_t& of_stream = longest[sources[number].rank];
        of_stream = std::max(of_stream, elements(side, number, largest_count));
      }
    }
    return longest;
  }

  [[nodiscard]] const Stored* window(const BlockSource& source, std::uint64_t sample) const {
    return streams_.at(source.rank).data() + windows_.start(sample, source.block);
  }

  /// Adds what is wrong in one block, `offset` elements from the output's beginning.
  void compare(const Stored* found, const Stored* expected, std::size_t count, std::size_t offset,
               Mismatch& mismatch) const {
    if (count == 0 || std::memcmp(found, expected, count * sizeof(Stored)) == 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (agree(Element::shown(found[i]), Element::shown(expected[i]))) continue;
      if (mismatch.count++ > 0) continue;
      mismatch.offset = offset + i;
      mismatch.expected = fmt::format("{}", Element::shown(expected[i]));
      mismatch.found = fmt::format("{}", Element::shown(found[i]));
    }
  }

  template <class Value>
  [[nodiscard]] bool agree(Value found, Value expected) const {
    if constexpr (std::is_floating_point_v<Value>)
      // Equal though not in every bit: -0 and +0. Not a NaN.
      return found == expected ||
             std::abs(static_cast<double>(found) - static_cast<double>(expected)) <= bound_;
    else
      return found == expected;
  }

  int rank_;
  collectives::BlockWeights weights_;
  std::vector<BlockSource> inputs_;
  std::vector<BlockSource> outputs_;
  Windows windows_;
  double bound_ = 0.0;
  std::map<int, std::vector<Stored>> streams_;  ///< by BlockSource's rank
};

Pattern::Pattern(const PatternShape& shape, std::size_t largest_count, std::uint64_t seed)
    : data_{with_element(shape.type, [&]<class Element>() -> std::unique_ptr<Data> {
        return std::make_unique<Data::Of<Element>>(shape, largest_count, seed);
      })} {}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

void Pattern::fill(void* input, std::size_t count, std::uint64_t sample) const {
  data_->fill(input, count, sample);
}

std::optional<Mismatch> Pattern::check(const void* output, std::size_t count,
                                       std::uint64_t sample) const {
  Mismatch mismatch = data_->check(output, count, sample);
  if (mismatch.count == 0) return std::nullopt;
  return mismatch;
}

}  // namespace assay::benchmarks
