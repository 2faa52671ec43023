#include "results/locate/uplinks.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace assay::results {

namespace {

/// One leaf towards another. A leaf of one node has none: its uplink cannot be told from the node.
constexpr std::size_t nodes_of_a_leaf = 2;
/// Within a leaf of two nodes there is one pair: a path.
constexpr std::size_t nodes_with_inner_block = 3;
constexpr int cells_of_a_block = 2;
/// Two leaves have one block each way: it is not told whose uplink it is.
constexpr int blocks_of_an_uplink = 2;

class Blocks {
 public:
  Blocks(const RailContext& context, const Ends& ends, const Levels& levels)
      : context_{context}, ends_{ends}, levels_{levels}, count_{context.space.leaves} {
    for (int from = 0; from < count_; ++from)
      for (int to = 0; to < count_; ++to) blocks_.push_back(measure(from, to));
  }

  [[nodiscard]] const EndLevel& at(int from, int to) const {
    return blocks_[static_cast<std::size_t>(from) * static_cast<std::size_t>(count_) +
                   static_cast<std::size_t>(to)];
  }

  [[nodiscard]] EndLevel uplink(Direction direction, int leaf) {
    buffer_.clear();
    double variance = 0;
    for (int other = 0; other < count_; ++other) {
      if (other == leaf) continue;
      const EndLevel& block = direction == Direction::send ? at(leaf, other) : at(other, leaf);
      if (block.cells == 0) continue;
      buffer_.push_back(block.value);
      variance += block.error * block.error;
    }
    const auto count = static_cast<int>(buffer_.size());
    if (count == 0) return {};
    const double error = std::sqrt(variance / count);
    const Envelope envelope = upper_envelope(buffer_);
    const EnvelopeNoise& noise = context_.envelopes.of(count);
    return {envelope.value - static_cast<float>(error * noise.bias), count, error * noise.error};
  }

 private:
  [[nodiscard]] bool slow_end(Direction direction, int node) const {
    return levels_.of_end(direction, node) <= context_.thresholds.warn;
  }

  void gather(int from, int to, bool with_slow_ends) {
    const double reference =
        ends_.reference[index(from == to ? LinkClass::within : LinkClass::across)];
    const auto& receivers = context_.leaves[static_cast<std::size_t>(to)];
    buffer_.resize(context_.leaves[static_cast<std::size_t>(from)].size() * receivers.size());
    std::size_t taken = 0;
    for (const int sender : context_.leaves[static_cast<std::size_t>(from)]) {
      if (!with_slow_ends && slow_end(Direction::send, sender)) continue;
      const auto line = context_.matrix.line(Direction::send, sender);
      const float own = levels_.of_end(Direction::send, sender);
      for (const int receiver : receivers) {
        const float value = line[static_cast<std::size_t>(receiver)];
        if (!with_slow_ends && slow_end(Direction::receive, receiver)) continue;
        const float ends = std::min(own, levels_.of_end(Direction::receive, receiver));
        buffer_[taken] = value - static_cast<float>(reference) - ends;
        taken += std::isnan(value) ? 0 : 1;
      }
    }
    buffer_.resize(taken);
  }

  EndLevel measure(int from, int to) {
    const auto& senders = context_.leaves[static_cast<std::size_t>(from)];
    const auto& receivers = context_.leaves[static_cast<std::size_t>(to)];
    if (std::max(senders.size(), receivers.size()) < nodes_of_a_leaf) return {};
    gather(from, to, true);
    const std::size_t cells = buffer_.size();
    if (cells == 0) return {};
    const auto is_slow = [&](Direction direction) {
      return [&, direction](int node) { return slow_end(direction, node); };
    };
    if (std::ranges::any_of(senders, is_slow(Direction::send)) ||
        std::ranges::any_of(receivers, is_slow(Direction::receive))) {
      gather(from, to, false);
      // What few sound ends show is no word on the uplink where most are slow.
      if (2 * buffer_.size() < cells) gather(from, to, true);
    }
    const Envelope envelope = upper_envelope(buffer_);
    const auto kind = index(from == to ? LinkClass::within : LinkClass::across);
    const EnvelopeNoise& noise = context_.envelopes.of(envelope.cells);
    const double sigma = context_.noise[kind].sigma;
    return {envelope.value - static_cast<float>(sigma * noise.bias), envelope.cells,
            sigma * noise.error};
  }

  const RailContext& context_;
  const Ends& ends_;
  const Levels& levels_;
  int count_;
  std::vector<float> buffer_;
  std::vector<EndLevel> blocks_;
};

std::size_t size_of(const RailContext& context, int leaf) {
  return context.leaves[static_cast<std::size_t>(leaf)].size();
}

/// True where links of at least two senders and two receivers were measured: else it may be one
/// node or path.
bool is_wide(const RailContext& context, int from, int to) {
  std::set<int> senders;
  std::set<int> receivers;
  for (const int sender : context.leaves[static_cast<std::size_t>(from)])
    for (const int receiver : context.leaves[static_cast<std::size_t>(to)])
      if (!std::isnan(
              context.matrix.line(Direction::send, sender)[static_cast<std::size_t>(receiver)])) {
        senders.insert(sender);
        receivers.insert(receiver);
      }
  return senders.size() >= nodes_of_a_leaf && receivers.size() >= nodes_of_a_leaf;
}

std::vector<SlowSet> whole_uplinks(const RailContext& context, Blocks& blocks) {
  std::vector<SlowSet> suspects;
  for (const Direction direction : {Direction::send, Direction::receive})
    for (int leaf = 0; leaf < context.space.leaves; ++leaf) {
      if (size_of(context, leaf) < nodes_of_a_leaf) continue;
      const EndLevel level = blocks.uplink(direction, leaf);
      if (level.cells < blocks_of_an_uplink) continue;
      if (level.value <= context.thresholds.keep(level.error))
        suspects.push_back(
            {Shape::uplink, context.rail, direction, leaf, SlowPart::nobody, level.value});
    }
  return suspects;
}

std::vector<SlowSet> pairs_of_leaves(const RailContext& context, const Blocks& blocks,
                                     const std::vector<SlowSet>& uplinks) {
  Levels explained{context.space};
  for (const SlowSet& uplink : uplinks) explained.add(uplink);
  std::vector<SlowSet> suspects;
  for (int from = 0; from < context.space.leaves; ++from)
    for (int to = 0; to < context.space.leaves; ++to) {
      const std::size_t least = from == to ? nodes_with_inner_block : nodes_of_a_leaf;
      if (std::min(size_of(context, from), size_of(context, to)) < least) continue;
      const EndLevel& block = blocks.at(from, to);
      if (block.cells < cells_of_a_block) continue;
      const LinkId any{context.leaves[static_cast<std::size_t>(from)].front(),
                       context.leaves[static_cast<std::size_t>(to)].back(), context.rail};
      const float beyond = block.value - explained.explained(any);
      if (beyond <= context.thresholds.keep(block.error) && is_wide(context, from, to))
        suspects.push_back({Shape::block, context.rail, Direction::send, from, to, block.value});
    }
  return suspects;
}

}  // namespace

std::vector<SlowSet> suspect_uplinks(const RailContext& context, const Ends& ends,
                                     const Levels& levels) {
  if (context.space.leaves < 2) return {};
  const bool any = std::any_of(context.leaves.begin(), context.leaves.end(),
                               [](const auto& leaf) { return leaf.size() >= nodes_of_a_leaf; });
  if (!any) return {};
  Blocks blocks{context, ends, levels};
  std::vector<SlowSet> suspects = whole_uplinks(context, blocks);
  const auto pairs = pairs_of_leaves(context, blocks, suspects);
  suspects.insert(suspects.end(), pairs.begin(), pairs.end());
  return suspects;
}

}  // namespace assay::results
