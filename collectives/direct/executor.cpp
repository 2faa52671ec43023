#include "collectives/direct/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <utility>

#include "collectives/layout.hpp"
#include "collectives/reduction.hpp"
#include "core/error.hpp"
#include "core/processor.hpp"

namespace assay::collectives {

namespace {

/// Where all ranks meet: each has a line for each peer that this one alone writes, so that nobody
/// polls another rank's memory.
class MeetingPlace {
 public:
  MeetingPlace(Bootstrap& bootstrap, Transport& transport)
      : ranks_{bootstrap.size()},
        lines_{transport.allocate_registered(static_cast<std::size_t>(ranks_) * line_bytes)} {
    if (!lines_)
      throw UnavailableError{
          fmt::format("registered buffers do not go with transport {}", transport.name())};
    std::memset(lines_->mine(), 0, lines_->bytes());
    bootstrap.barrier();
  }

  /// Tells all peers that this rank is here, for the next time.
  void arrive() noexcept {
    ++meetings_;
    const int rank = lines_->rank();
    for (int peer = 0; peer < ranks_; ++peer)
      if (peer != rank) line(peer, rank).store(meetings_, std::memory_order_release);
  }
  /// The first peer from `from` on that is not here yet; the number of ranks when all are.
  [[nodiscard]] int missing(int from) const noexcept {
    const int rank = lines_->rank();
    while (from < ranks_ &&
           (from == rank || line(rank, from).load(std::memory_order_acquire) >= meetings_))
      ++from;
    return from;
  }

 private:
  using Line = std::atomic<std::uint64_t>;
  static constexpr std::size_t line_bytes = cache_line_pair_bytes;
  static_assert(Line::is_always_lock_free);

  /// What `peer` told `at`.
  [[nodiscard]] Line& line(int at, int peer) const noexcept {
    return *reinterpret_cast<Line*>(lines_->of(at) + static_cast<std::size_t>(peer) * line_bytes);
  }

  int ranks_;
  std::unique_ptr<RegisteredMemory> lines_;
  std::uint64_t meetings_ = 0;
};

/// Results of at least so many bytes go past the caches: their readers would not find them there
/// any more, and the writer would read each line in vain first.
constexpr std::size_t streaming_from = std::size_t{1} << 20;
/// What avg and mulsum do between reading and writing is done piece by piece, in the nearest
/// caches.
constexpr std::size_t piece_bytes = std::size_t{16} << 10;

class DirectCollective final : public Collective {
 public:
  DirectCollective(const MovePlan& plan, Bootstrap& bootstrap, Transport& transport,
                   const RegisteredMemory& memory, Elements elements,
                   const ExecutorOptions& options)
      : operation_{info(plan.operation)},
        shape_{.segments = 1, .blocks = plan.blocks},
        moves_{plan.ranks[static_cast<std::size_t>(bootstrap.rank())]},
        memory_{memory},
        meeting_{bootstrap, transport},
        op_{operation_.reduces ? elements.op : ReduceOp::sum},
        element_bytes_{info(elements.type).bytes},
        reduction_{find_reduction(elements.type, elements.op)},
        options_{options} {
    std::size_t most_sources = 0;
    std::size_t most_targets = 0;
    for (const Move& move : moves_) {
      most_sources = std::max(most_sources, move.sources.size());
      most_targets = std::max(most_targets, move.targets.size());
    }
    sources_.reserve(most_sources);
    targets_.reserve(most_targets);
    piece_sources_.resize(most_sources);
    if (op_ == ReduceOp::avg || op_ == ReduceOp::mulsum)
      pieces_.resize((most_sources + 1) * piece_bytes);
  }

  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline deadline) noexcept override {
    if (const auto late = meet(deadline)) return late;
    constexpr std::size_t cache_line_bytes = 64;
    const Layout layout{{count, operation_.has_blocks},
                        shape_,
                        std::max(count, cache_line_bytes) * cache_line_bytes,
                        cache_line_bytes / element_bytes_};
    if (layout.chunks() > 0)
      for (const Move& move : moves_) make(move, layout, input, output);
    return meet(deadline);
  }

 private:
  ExecutionStatus meet(Deadline deadline) noexcept;
  void make(const Move& move, const Layout& layout, const void* input, void* output) noexcept;
  /// The same with what avg and mulsum do to each element.
  void make_in_pieces(const std::vector<int>& ranks, std::size_t count, Stores stores) noexcept;

  /// Where `rank` has what this rank has at `mine`, `part` telling how much of the whole it holds.
  [[nodiscard]] std::byte* place(int rank, const void* mine, Part part, const Layout& layout,
                                 std::uint32_t block) const noexcept;

  const OperationInfo& operation_;
  PlanShape shape_;
  std::vector<Move> moves_;
  const RegisteredMemory& memory_;
  MeetingPlace meeting_;
  ReduceOp op_;
  std::size_t element_bytes_;
  const Reduction& reduction_;
  ExecutorOptions options_;
  std::vector<const void*> sources_;
  std::vector<void*> targets_;
  std::vector<const void*> piece_sources_;
  std::vector<std::byte> pieces_;  ///< of the result, then of each source
};

/// Moves all places on by so many bytes.
template <class Byte, class Address>
void advance_as(std::vector<Address>& places, std::size_t bytes) noexcept {
  for (Address& place : places) place = static_cast<Byte*>(place) + bytes;
}
void advance(std::vector<const void*>& places, std::size_t bytes) noexcept {
  advance_as<const std::byte>(places, bytes);
}
void advance(std::vector<void*>& places, std::size_t bytes) noexcept {
  advance_as<std::byte>(places, bytes);
}

ExecutionStatus DirectCollective::meet(Deadline deadline) noexcept {
  meeting_.arrive();
  Waiter waiter{options_.wait};
  int missing = 0;
  while ((missing = meeting_.missing(missing)) < memory_.ranks()) {
    waiter.pause();
    if (!waiter.should_look_up()) continue;
    const TimedOut wait{options_.world_rank(missing), 0, 0};
    options_.report(wait);
    if (deadline.passed()) return wait;
  }
  options_.report({Heartbeat::nobody, 0, -1});
  return std::nullopt;
}

std::byte* DirectCollective::place(int rank, const void* mine, Part part, const Layout& layout,
                                   std::uint32_t block) const noexcept {
  const auto offset =
      static_cast<std::size_t>(static_cast<const std::byte*>(mine) - memory_.mine());
  const std::size_t begin = part == Part::own ? 0 : layout.block_begin(block) * element_bytes_;
  return memory_.of(rank) + offset + begin;
}

void DirectCollective::make(const Move& move, const Layout& layout, const void* input,
                            void* output) noexcept {
  sources_.clear();
  targets_.clear();
  for (const int rank : move.sources)
    sources_.push_back(place(rank, input, operation_.input, layout, move.source_block));
  for (const int rank : move.targets) {
    std::byte* target = place(rank, output, operation_.output, layout, move.target_block);
    if (sources_.size() > 1 || target != sources_.front()) targets_.push_back(target);
  }
  const std::size_t count = layout.part(0, move.target_block).count;
  if (targets_.empty() || count == 0) return;
  const Stores stores = count * element_bytes_ * targets_.size() >= streaming_from
                            ? Stores::streaming
                            : Stores::cached;
  if (pieces_.empty())
    reduction_.reduce_many(targets_, sources_, count, stores);
  else
    make_in_pieces(move.sources, count, stores);
}

void DirectCollective::make_in_pieces(const std::vector<int>& ranks, std::size_t count,
                                      Stores stores) noexcept {
  const std::size_t longest = piece_bytes / element_bytes_;
  const std::array<void*, 1> sum{pieces_.data()};
  for (std::size_t done = 0; done < count; done += longest) {
    const std::size_t elements = std::min(longest, count - done);
    if (op_ == ReduceOp::mulsum) {
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        std::byte* product = pieces_.data() + (i + 1) * piece_bytes;
        reduction_.multiply(product, sources_[i], mulsum_factor(ranks[i]), elements);
        piece_sources_[i] = product;
      }
      reduction_.reduce_many(sum, piece_sources_, elements, Stores::cached);
    } else {
      reduction_.reduce_many(sum, sources_, elements, Stores::cached);
    }
    if (op_ == ReduceOp::avg) reduction_.divide(sum[0], sum[0], memory_.ranks(), elements);
    const std::array<const void*, 1> finished{sum[0]};
    reduction_.reduce_many(targets_, finished, elements, stores);
    advance(sources_, elements * element_bytes_);
    advance(targets_, elements * element_bytes_);
  }
}

}  // namespace

std::unique_ptr<Collective> make_direct_collective(Operation operation, int root,
                                                   Bootstrap& bootstrap, Transport& transport,
                                                   const RegisteredMemory& memory,
                                                   Elements elements,
                                                   const ExecutorOptions& options) {
  const MovePlan plan = make_moves(operation, bootstrap.size(), root);
  if (const auto defect = find_defect(plan, false))
    throw Error{"assay", 0,
                fmt::format("moves of {} are wrong: {}", info(operation).name, *defect)};
  return std::make_unique<DirectCollective>(plan, bootstrap, transport, memory, elements, options);
}

bool works_in_place(Operation operation, int ranks) {
  constexpr int any_root = 0;
  return !find_defect(make_moves(operation, ranks, any_root), true);
}

}  // namespace assay::collectives
