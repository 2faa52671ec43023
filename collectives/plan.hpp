#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectives/block_weights.hpp"
#include "collectives/operation.hpp"

namespace assay::collectives {

/// What a step does with one block of the current chunk.
enum class Action : std::uint8_t {
  send,                 ///< operand -> peer
  receive,              ///< incoming -> target
  receive_reduce,       ///< incoming (+) operand -> target
  receive_reduce_send,  ///< incoming (+) operand -> peer and -> target
  receive_send,         ///< incoming -> peer and -> target
  copy,                 ///< operand -> target
  reduce,               ///< input (+) operand -> target
};

/// Where a step reads its local operand, or leaves its result. A lane's scratch holds one chunk of
/// every block and nothing from one chunk to the next.
enum class Place : std::uint8_t { input, output, scratch, nowhere };

/// One step of a lane. Peers are ranks; a step that does not send or receive holds `no_peer` there.
struct Step {
  static constexpr std::int32_t no_peer = -1;

  Action action = Action::copy;
  Place operand = Place::input;  ///< ignored by receive and receive_send
  Place target = Place::output;  ///< ignored by send
  bool completes =
      false;  ///< with this step the sum of all ranks is complete (avg divides it then)
  std::int32_t receive_from = no_peer;
  std::int32_t send_to = no_peer;
  /// Of whatever the step reads and writes. Where blocks change their number on the way
  /// (all-to-all), a step that sends names the block of its input, and one that receives the block
  /// of its output.
  std::uint32_t block = 0;

  friend bool operator==(const Step&, const Step&) = default;
};

[[nodiscard]] constexpr bool receives(Action action) {
  return action != Action::send && action != Action::copy && action != Action::reduce;
}
[[nodiscard]] constexpr bool sends(Action action) {
  return action == Action::send || action == Action::receive_reduce_send ||
         action == Action::receive_send;
}
[[nodiscard]] constexpr bool reduces(Action action) {
  return action == Action::receive_reduce || action == Action::receive_reduce_send ||
         action == Action::reduce;
}
[[nodiscard]] constexpr bool has_operand(Action action) {
  return action != Action::receive && action != Action::receive_send;
}
/// Whether the step reads `place` of its own rank.
[[nodiscard]] constexpr bool reads(const Step& step, Place place) {
  return (has_operand(step.action) && step.operand == place) ||
         (step.action == Action::reduce && place == Place::input);
}
[[nodiscard]] constexpr bool writes(const Step& step, Place place) {
  return step.action != Action::send && step.target == place;
}

/// An ordered list of steps that one rank runs once for every chunk of one segment of the buffer.
/// Messages between two ranks travel in order within a lane; lane k of a rank talks to lane k of
/// its peers. The lanes of a rank run at the same time.
struct Lane {
  static constexpr std::int32_t independent = -1;

  std::uint32_t segment = 0;         ///< the part of the buffer it works on
  std::int32_t after = independent;  ///< chunk c starts when that lane of this rank is done with c
  std::vector<Step> steps;

  friend bool operator==(const Lane&, const Lane&) = default;
};

/// What one rank does. The chunk loop is outside: see Layout.
using RankPlan = std::vector<Lane>;

/// How the lanes' numbering maps to the buffer, equal on all ranks.
struct PlanShape {
  std::uint32_t segments = 1;  ///< equal parts of every block, each worked on by its own lanes
  std::uint32_t blocks = 1;    ///< parts of the whole buffer: one a rank, or one

  friend bool operator==(const PlanShape&, const PlanShape&) = default;
};

/// A whole collective: for every rank what it does. Its size does not depend on the message.
struct Plan {
  std::string algorithm;
  Operation operation = Operation::all_reduce;
  int root = 0;               ///< where the operation has one
  BlockWeights weights = {};  ///< likewise
  PlanShape shape;
  bool same_order_on_all_ranks = false;  ///< promises one order of summation (bitwise equal)
  std::vector<RankPlan> ranks;

  [[nodiscard]] int rank_count() const { return static_cast<int>(ranks.size()); }
};

}  // namespace assay::collectives
