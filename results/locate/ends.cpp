#include "results/locate/ends.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr std::array directions{Direction::send, Direction::receive};
constexpr std::array classes{LinkClass::within, LinkClass::across};
/// Fewer links say nothing of an end: it may as well be the path.
constexpr int cells_of_an_end = 2;
/// Fewer nodes do not tell how far sound nodes are apart.
constexpr std::size_t nodes_with_spread = 16;

template <class Counts>
Envelope envelope_of(const RailContext& context, LinkClass kind, Direction direction, int node,
                     std::vector<float>& buffer, const Counts& counts) {
  const auto line = context.matrix.line(direction, node);
  const int leaf = context.space.leaf_of[static_cast<std::size_t>(node)];
  buffer.resize(line.size());
  std::size_t taken = 0;
  const auto take = [&](int partner) {
    const float value = line[static_cast<std::size_t>(partner)];
    buffer[taken] = value;
    taken += !std::isnan(value) && counts(partner) ? 1 : 0;
  };
  if (kind == LinkClass::within) {
    for (const int partner : context.leaves[static_cast<std::size_t>(leaf)]) take(partner);
  } else {
    for (int partner = 0; partner < context.space.nodes; ++partner)
      if (context.space.leaf_of[static_cast<std::size_t>(partner)] != leaf) take(partner);
  }
  return upper_envelope(std::span{buffer}.first(taken));
}

EndLevel level_of(const RailContext& context, LinkClass kind, const Envelope& envelope) {
  const double sigma = context.noise[index(kind)].sigma;
  const EnvelopeNoise& noise = context.envelopes.of(envelope.cells);
  return {envelope.value - static_cast<float>(sigma * noise.bias), envelope.cells,
          sigma * noise.error};
}

std::vector<float> values_of(const std::vector<EndLevel>& levels) {
  std::vector<float> values;
  for (const EndLevel& level : levels)
    if (level.cells > 0) values.push_back(level.value);
  return values;
}

/// How far sound nodes are apart beyond what noise explains.
double spread_of(const std::vector<EndLevel>& levels) {
  std::vector<double> values;
  std::vector<double> errors;
  for (const EndLevel& level : levels) {
    if (level.cells == 0) continue;
    values.push_back(level.value);
    errors.push_back(level.error);
  }
  if (values.size() < nodes_with_spread) return 0;
  const double found = scaled_mad(values);
  const double expected = median(errors);
  return std::sqrt(std::max(0.0, found * found - expected * expected));
}

void refer_to_peers(Ends& ends, LinkClass kind) {
  double& reference = ends.reference[index(kind)];
  reference = std::numeric_limits<double>::quiet_NaN();
  for (const auto& levels : ends.levels[index(kind)]) {
    auto values = values_of(levels);
    if (!values.empty()) reference = std::fmax(reference, upper_median(values));
    ends.spread[index(kind)] = std::max(ends.spread[index(kind)], spread_of(levels));
  }
  for (auto& levels : ends.levels[index(kind)])
    for (EndLevel& level : levels) level.value -= static_cast<float>(reference);
}

/// One level of both classes where they agree, else that of the less slow one: what slows the other
/// one more is not the end.
class JointLevel {
 public:
  void add(const EndLevel& level) {
    // An error of 0 is none; all others weigh as they should.
    const double weight = 1 / std::max(level.error * level.error, least_variance);
    weighted_ += weight * level.value;
    weights_ += weight;
    variances_ += level.error * level.error;
    lowest_ = std::min(lowest_, level.value);
    highest_ = std::max(highest_, level.value);
    cells_ += level.cells;
  }

  [[nodiscard]] float value() const {
    const bool agree = highest_ - lowest_ <= z_of_agreement * std::sqrt(variances_);
    return agree ? static_cast<float>(weighted_ / weights_) : highest_;
  }
  [[nodiscard]] int cells() const { return cells_; }

 private:
  static constexpr double z_of_agreement = 3;
  static constexpr double least_variance = 1e-12;
  double weighted_ = 0;
  double weights_ = 0;
  double variances_ = 0;
  float lowest_ = std::numeric_limits<float>::infinity();
  float highest_ = -std::numeric_limits<float>::infinity();
  int cells_ = 0;
};

/// The level of an end that is slow in all classes that it has.
std::optional<float> slow_level(const RailContext& context, const Ends& ends,
                                const std::array<EndLevel, link_classes>& levels) {
  JointLevel joint;
  for (const LinkClass kind : classes) {
    const EndLevel& level = levels[index(kind)];
    if (level.cells == 0) continue;
    const double error = std::hypot(level.error, ends.spread[index(kind)]);
    if (level.value > context.thresholds.keep(error)) return std::nullopt;
    joint.add(level);
  }
  if (joint.cells() < cells_of_an_end) return std::nullopt;
  return joint.value();
}

using Flags = std::array<std::vector<char>, 2>;  ///< by direction and node

/// Ends that are slow while most others of their leaf are not: slow by themselves.
Flags slow_by_themselves(const RailContext& context, const Flags& slow) {
  Flags found = slow;
  for (std::size_t direction = 0; direction < slow.size(); ++direction)
    for (const auto& nodes : context.leaves) {
      const auto count = std::count_if(nodes.begin(), nodes.end(), [&](int node) {
        return slow[direction][static_cast<std::size_t>(node)] != 0;
      });
      if (context.space.leaves > 1 && count >= 2 && 2 * count >= std::ssize(nodes))
        for (const int node : nodes) found[direction][static_cast<std::size_t>(node)] = 0;
    }
  return found;
}

/// The levels of an end from partners that are not slow by themselves.
std::array<EndLevel, link_classes> levels_without(const RailContext& context, const Ends& ends,
                                                  Direction direction, int node,
                                                  const Flags& left_out,
                                                  std::vector<float>& buffer) {
  std::array<EndLevel, link_classes> levels;
  const auto& partners = left_out[static_cast<std::size_t>(opposite(direction))];
  for (const LinkClass kind : classes) {
    const Envelope envelope = envelope_of(context, kind, direction, node, buffer, [&](int partner) {
      return partners[static_cast<std::size_t>(partner)] == 0;
    });
    levels[index(kind)] = level_of(context, kind, envelope);
    levels[index(kind)].value -= static_cast<float>(ends.reference[index(kind)]);
  }
  return levels;
}

}  // namespace

Ends measure_ends(const RailContext& context) {
  Ends ends;
  std::vector<float> buffer;
  const auto all = [](int) { return true; };
  for (const LinkClass kind : classes) {
    for (const Direction direction : directions) {
      auto& levels = ends.levels[index(kind)][static_cast<std::size_t>(direction)];
      for (int node = 0; node < context.space.nodes; ++node)
        levels.push_back(
            level_of(context, kind, envelope_of(context, kind, direction, node, buffer, all)));
    }
    refer_to_peers(ends, kind);
  }
  return ends;
}

std::vector<SlowSet> suspect_ends(const RailContext& context, const Ends& ends) {
  const auto nodes = static_cast<std::size_t>(context.space.nodes);
  Flags slow{std::vector<char>(nodes, 0), std::vector<char>(nodes, 0)};
  for (const Direction direction : directions)
    for (int node = 0; node < context.space.nodes; ++node) {
      const auto level = slow_level(context, ends,
                                    {ends.level(LinkClass::within, direction, node),
                                     ends.level(LinkClass::across, direction, node)});
      slow[static_cast<std::size_t>(direction)][static_cast<std::size_t>(node)] =
          level.has_value() ? 1 : 0;
    }
  const Flags left_out = slow_by_themselves(context, slow);
  std::vector<float> buffer;
  std::vector<SlowSet> suspects;
  for (const Direction direction : directions)
    for (int node = 0; node < context.space.nodes; ++node) {
      if (slow[static_cast<std::size_t>(direction)][static_cast<std::size_t>(node)] == 0) continue;
      const auto level = slow_level(
          context, ends, levels_without(context, ends, direction, node, left_out, buffer));
      if (level)
        suspects.push_back({Shape::end, context.rail, direction, node, SlowPart::nobody, *level});
    }
  return suspects;
}

}  // namespace assay::results
