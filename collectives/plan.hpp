#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay::collectives {

/// What a collective promises about the buffers when it is done.
enum class Operation {
  all_reduce,    ///< every rank's output: all ranks' inputs, each once
  send_receive,  ///< the one receiver's output: the one sender's input
};

/// What a step does with one block of the current chunk.
enum class Action : std::uint8_t {
  send,                 ///< operand -> peer
  receive,              ///< incoming -> output
  receive_reduce,       ///< incoming (+) operand -> output
  receive_reduce_send,  ///< incoming (+) operand -> peer, and -> output if `store`
  receive_send,         ///< incoming -> output and -> peer
  copy,                 ///< input -> output
};

/// Which of the rank's buffers a step reads its local operand from.
enum class Operand : std::uint8_t { input, output };

/// One step of a lane. Peers are ranks; a step that does not send or receive holds `no_peer` there.
struct Step {
  static constexpr std::int32_t no_peer = -1;

  Action action = Action::copy;
  Operand operand = Operand::input;  ///< ignored by receive and receive_send
  bool store = false;  ///< only of receive_reduce_send: keep the sum in the output too
  std::int32_t receive_from = no_peer;
  std::int32_t send_to = no_peer;
  std::uint32_t block = 0;

  friend bool operator==(const Step&, const Step&) = default;
};

[[nodiscard]] constexpr bool receives(Action action) {
  return action != Action::send && action != Action::copy;
}
[[nodiscard]] constexpr bool sends(Action action) {
  return action == Action::send || action == Action::receive_reduce_send ||
         action == Action::receive_send;
}
[[nodiscard]] constexpr bool reduces(Action action) {
  return action == Action::receive_reduce || action == Action::receive_reduce_send;
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
  std::uint32_t segments = 1;  ///< equal parts of the buffer, each worked on by its own lanes
  std::uint32_t blocks = 1;    ///< parts that each chunk is cut into (the ring: one a rank)

  friend bool operator==(const PlanShape&, const PlanShape&) = default;
};

/// A whole collective: for every rank what it does. Its size does not depend on the message.
struct Plan {
  std::string algorithm;
  Operation operation = Operation::all_reduce;
  PlanShape shape;
  bool same_order_on_all_ranks =
      false;  ///< promises that all ranks sum in one order (bitwise equal)
  std::vector<RankPlan> ranks;

  [[nodiscard]] int rank_count() const { return static_cast<int>(ranks.size()); }
};

}  // namespace assay::collectives
