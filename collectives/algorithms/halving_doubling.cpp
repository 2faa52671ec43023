#include "collectives/algorithms/halving_doubling.hpp"

#include <algorithm>
#include <bit>

#include "collectives/algorithms/rank_order.hpp"

namespace assay::collectives {

namespace {

int power_below(int ranks) {
  return static_cast<int>(std::bit_floor(static_cast<unsigned>(ranks)));
}

/// The seats of a power of two. Positions below twice the surplus share a seat in pairs: the even
/// one is the guest, the odd one sits.
class Seats {
 public:
  Seats(int ranks, const PlanOptions& options)
      : count_{power_below(ranks)}, surplus_{ranks - count_}, options_{options} {}

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] bool is_guest(int rank) const {
    const int position = position_of(rank, options_);
    return position < 2 * surplus_ && position % 2 == 0;
  }
  [[nodiscard]] int seat_of(int rank) const {
    const int position = position_of(rank, options_);
    return position < 2 * surplus_ ? position / 2 : position - surplus_;
  }
  [[nodiscard]] int sitter(int seat) const {
    return rank_at(seat < surplus_ ? 2 * seat + 1 : seat + surplus_, options_);
  }
  /// None where nobody shares the seat.
  [[nodiscard]] int guest(int seat) const {
    return seat < surplus_ ? rank_at(2 * seat, options_) : Step::no_peer;
  }

 private:
  int count_;
  int surplus_;
  const PlanOptions& options_;
};

using Blocks = std::vector<std::uint32_t>;

/// The blocks of seats `begin` to `end`.
using BlocksOf = Blocks (*)(const Seats& seats, int begin, int end);

Blocks seat_blocks(const Seats& /*seats*/, int begin, int end) {
  Blocks blocks;
  for (int seat = begin; seat < end; ++seat) blocks.push_back(static_cast<std::uint32_t>(seat));
  return blocks;
}

Blocks rank_blocks(const Seats& seats, int begin, int end) {
  Blocks blocks;
  for (int seat = begin; seat < end; ++seat) {
    blocks.push_back(block_of(seats.sitter(seat)));
    if (seats.guest(seat) != Step::no_peer) blocks.push_back(block_of(seats.guest(seat)));
  }
  return blocks;
}

/// Sends some blocks and receives others, turn about, so that two slots do for any number.
void exchange(const Blocks& outgoing, const Blocks& incoming, const Step& send, const Step& receive,
              std::vector<Step>& steps) {
  for (std::size_t i = 0; i < std::max(outgoing.size(), incoming.size()); ++i) {
    if (i < outgoing.size()) {
      steps.push_back(send);
      steps.back().block = outgoing[i];
    }
    if (i < incoming.size()) {
      steps.push_back(receive);
      steps.back().block = incoming[i];
    }
  }
}

/// The halving of the rank that sits: in the end it has the sums of its seat's blocks in `sums`.
void add_halving(const Seats& seats, int seat, BlocksOf blocks_of, Place sums,
                 std::vector<Step>& steps) {
  Place held = Place::input;
  if (const int guest = seats.guest(seat); guest != Step::no_peer) {
    exchange({}, blocks_of(seats, 0, seats.count()), {},
             {.action = Action::receive_reduce, .target = sums, .receive_from = guest}, steps);
    held = sums;
  }
  for (int half = seats.count() / 2; half > 0; half /= 2) {
    const int partner = seats.sitter(seat ^ half);
    const int mine = seat / half * half;  // the first seat of this half
    const int theirs = mine ^ half;
    exchange(blocks_of(seats, theirs, theirs + half), blocks_of(seats, mine, mine + half),
             {.action = Action::send, .operand = held, .send_to = partner},
             {.action = Action::receive_reduce,
              .operand = held,
              .target = sums,
              .completes = half == 1,
              .receive_from = partner},
             steps);
    held = sums;
  }
}

/// The doubling of the rank that sits, which has its seat's blocks in the output.
void add_doubling(const Seats& seats, int seat, BlocksOf blocks_of, std::vector<Step>& steps) {
  for (int half = 1; half < seats.count(); half *= 2) {
    const int partner = seats.sitter(seat ^ half);
    const int mine = seat / half * half;
    const int theirs = mine ^ half;
    exchange(blocks_of(seats, mine, mine + half), blocks_of(seats, theirs, theirs + half),
             {.action = Action::send, .operand = Place::output, .send_to = partner},
             {.action = Action::receive, .receive_from = partner}, steps);
  }
}

}  // namespace

RankPlan halving_doubling_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment({{.action = Action::copy, .completes = true}}, options);
  const Seats seats{ranks, options};
  const int seat = seats.seat_of(rank);
  const Blocks all = seat_blocks(seats, 0, seats.count());
  std::vector<Step> steps;
  if (seats.is_guest(rank)) {
    const int host = seats.sitter(seat);
    exchange(all, {}, {.action = Action::send, .send_to = host}, {}, steps);
    exchange({}, all, {}, {.action = Action::receive, .receive_from = host}, steps);
    return in_each_segment(steps, options);
  }
  add_halving(seats, seat, seat_blocks, Place::output, steps);
  add_doubling(seats, seat, seat_blocks, steps);
  if (const int guest = seats.guest(seat); guest != Step::no_peer)
    exchange(all, {}, {.action = Action::send, .operand = Place::output, .send_to = guest}, {},
             steps);
  return in_each_segment(steps, options);
}

PlanShape halving_doubling_shape(int ranks, const PlanOptions& options) {
  return block_a_rank(power_below(ranks), options);
}

RankPlan halving_reduce_scatter_plan(int rank, int ranks, const PlanOptions& options) {
  if (ranks == 1) return in_each_segment({{.action = Action::copy, .completes = true}}, options);
  const Seats seats{ranks, options};
  const int seat = seats.seat_of(rank);
  std::vector<Step> steps;
  if (seats.is_guest(rank)) {
    const int host = seats.sitter(seat);
    exchange(rank_blocks(seats, 0, seats.count()), {}, {.action = Action::send, .send_to = host},
             {}, steps);
    steps.push_back({.action = Action::receive, .receive_from = host, .block = block_of(rank)});
    return in_each_segment(steps, options);
  }
  add_halving(seats, seat, rank_blocks, Place::scratch, steps);
  steps.push_back({.action = Action::copy, .operand = Place::scratch, .block = block_of(rank)});
  if (const int guest = seats.guest(seat); guest != Step::no_peer)
    steps.push_back({.action = Action::send,
                     .operand = Place::scratch,
                     .send_to = guest,
                     .block = block_of(guest)});
  return in_each_segment(steps, options);
}

RankPlan doubling_all_gather_plan(int rank, int ranks, const PlanOptions& options) {
  const Seats seats{ranks, options};
  const int seat = seats.seat_of(rank);
  std::vector<Step> steps{{.action = Action::copy, .block = block_of(rank)}};
  Blocks others;  // of the guest
  for (const std::uint32_t block : rank_blocks(seats, 0, seats.count()))
    if (block != block_of(seats.guest(seat))) others.push_back(block);
  if (seats.is_guest(rank)) {
    const int host = seats.sitter(seat);
    steps.push_back({.action = Action::send,
                     .operand = Place::output,
                     .send_to = host,
                     .block = block_of(rank)});
    exchange({}, others, {}, {.action = Action::receive, .receive_from = host}, steps);
    return in_each_segment(steps, options);
  }
  const int guest = seats.guest(seat);
  if (guest != Step::no_peer)
    steps.push_back({.action = Action::receive, .receive_from = guest, .block = block_of(guest)});
  add_doubling(seats, seat, rank_blocks, steps);
  if (guest != Step::no_peer)
    exchange(others, {}, {.action = Action::send, .operand = Place::output, .send_to = guest}, {},
             steps);
  return in_each_segment(steps, options);
}

}  // namespace assay::collectives
