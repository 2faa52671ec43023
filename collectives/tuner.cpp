#include "collectives/tuner.hpp"

#include <algorithm>
#include <cmath>

namespace assay::collectives {

namespace {

/// Non-negative x and y that minimise the sum over i of (a[i] x + b[i] y - c[i])^2.
struct Pair {
  double x = 0;
  double y = 0;
};
struct NormalEquations {
  double aa = 0;
  double ab = 0;
  double bb = 0;
  double ac = 0;
  double bc = 0;

  void add(double a, double b, double c) {
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ac += a * c;
    bc += b * c;
  }
  [[nodiscard]] Pair solve() const {
    // Below this share of its greatest possible value a determinant is rounding alone: the two
    // columns are one, as with a single size.
    constexpr double least_determinant = 1e-9;
    const double determinant = aa * bb - ab * ab;
    if (determinant > least_determinant * aa * bb) {
      const Pair inner{(ac * bb - bc * ab) / determinant, (bc * aa - ac * ab) / determinant};
      if (inner.x >= 0 && inner.y >= 0) return inner;
    }
    // On the border: one of the two alone, whichever explains more.
    const Pair x_alone{aa > 0 ? std::max(0.0, ac / aa) : 0.0, 0.0};
    const Pair y_alone{0.0, bb > 0 ? std::max(0.0, bc / bb) : 0.0};
    return x_alone.x * ac >= y_alone.y * bc ? x_alone : y_alone;
  }
};

double log_size(Bytes size) {
  return std::log(static_cast<double>(std::max<std::uint64_t>(size.value, 1)));
}

}  // namespace

WorkCount::WorkCount(const Plan& plan, std::size_t block_bytes)
    : chunk_bytes_{static_cast<double>(block_bytes) * plan.shape.blocks * plan.shape.segments} {
  const double piece = 1.0 / (static_cast<double>(plan.shape.blocks) * plan.shape.segments);
  for (const RankPlan& lanes : plan.ranks) {
    double messages = 0;
    double pieces = 0;
    double reduced = 0;
    for (const Lane& lane : lanes)
      for (const Step& step : lane.steps) {
        const int ends = (receives(step.action) ? 1 : 0) + (sends(step.action) ? 1 : 0);
        messages += ends;
        pieces += std::max(ends, 1);
        reduced += reduces(step.action) ? 1 : 0;
      }
    messages_a_chunk_ = std::max(messages_a_chunk_, messages);
    bytes_a_byte_ = std::max(bytes_a_byte_, pieces * piece);
    reduced_a_byte_ = std::max(reduced_a_byte_, reduced * piece);
  }
}

WorkCount::WorkCount(const MovePlan& plan)
    : messages_a_chunk_{static_cast<double>(plan.phases.size())} {
  for (const MovePlan::Phase& phase : plan.phases) {
    double most_blocks = 0;
    double most_sums = 0;
    for (const auto& moves : phase) {
      double blocks = 0;
      double sums = 0;
      for (const Move& move : moves) {
        blocks += static_cast<double>(move.sources.size() + move.targets.size());
        sums += static_cast<double>(move.sources.size()) - 1.0;
      }
      most_blocks = std::max(most_blocks, blocks);
      most_sums = std::max(most_sums, sums);
    }
    bytes_a_byte_ += most_blocks / plan.blocks;
    reduced_a_byte_ += most_sums / plan.blocks;
  }
}

Work WorkCount::at(Bytes size) const {
  const auto bytes = static_cast<double>(size.value);
  const double chunks = bytes > chunk_bytes_ ? std::ceil(bytes / chunk_bytes_) : 1.0;
  return {1.0 + messages_a_chunk_ * chunks, bytes_a_byte_ * bytes, reduced_a_byte_ * bytes};
}

FittedCost::FittedCost(std::span<const Timing> timings, double reduction_s_per_byte)
    : reduction_s_per_byte_{reduction_s_per_byte} {
  NormalEquations equations;
  for (const auto& [size, work, time] : timings)
    equations.add(work.messages / time.value, work.bytes / time.value,
                  1.0 - reduction_s_per_byte * work.reduced_bytes / time.value);
  const Pair prices = equations.solve();
  latency_ = {prices.x};
  s_per_byte_ = prices.y;
  double squares = 0;
  for (const auto& [size, work, time] : timings) {
    const double miss = line(work) / time.value - 1.0;
    squares += miss * miss;
    const double factor = line(work) > 0 ? time.value / line(work) : 1.0;
    corrections_.push_back({log_size(size), std::log(factor)});
  }
  relative_error_ = std::sqrt(squares / static_cast<double>(timings.size()));
}

double FittedCost::line(const Work& work) const {
  return work.messages * latency_.value + work.bytes * s_per_byte_ +
         work.reduced_bytes * reduction_s_per_byte_;
}

Seconds FittedCost::predict(Bytes size, const Work& work) const {
  const double at = log_size(size);
  const auto above = std::ranges::lower_bound(corrections_, at, {}, &Correction::log_size);
  double log_factor = 0;
  if (above == corrections_.begin()) {
    log_factor = above->log_factor;
  } else if (above == corrections_.end()) {
    log_factor = corrections_.back().log_factor;
  } else {
    const Correction& below = *(above - 1);
    const double share = (at - below.log_size) / (above->log_size - below.log_size);
    log_factor = below.log_factor + share * (above->log_factor - below.log_factor);
  }
  return {line(work) * std::exp(log_factor)};
}

FittedCost FittedCost::with_reduction(double reduction_s_per_byte) const {
  FittedCost other = *this;
  other.reduction_s_per_byte_ = reduction_s_per_byte;
  return other;
}

std::optional<Bandwidth> FittedCost::bandwidth() const {
  if (s_per_byte_ <= 0) return std::nullopt;
  return Bandwidth{1.0 / s_per_byte_};
}

std::vector<Choice> choose(std::span<const Bytes> sizes,
                           std::span<const std::vector<Seconds>> times) {
  std::vector<Choice> choices;
  for (std::size_t size = 0; size < sizes.size(); ++size) {
    std::size_t quickest = 0;
    for (std::size_t way = 1; way < times.size(); ++way)
      if (times[way][size] < times[quickest][size]) quickest = way;
    const Seconds least = times[quickest][size];
    if (!choices.empty() && times[choices.back().way][size] * (1.0 - worth_changing) <= least)
      choices.back().up_to = sizes[size];
    else
      choices.push_back({sizes[size], quickest});
  }
  return choices;
}

std::size_t chosen(std::span<const Choice> choices, Bytes size) {
  for (const Choice& choice : choices)
    if (size <= choice.up_to) return choice.way;
  return choices.back().way;
}

}  // namespace assay::collectives
