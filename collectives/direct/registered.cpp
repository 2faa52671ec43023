#include "collectives/direct/registered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "collectives/direct/moving_collective.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// What avg and mulsum do between reading and writing is done piece by piece, in the nearest
/// caches.
constexpr std::size_t piece_bytes = std::size_t{16} << 10;

class RegisteredCollective final : public MovingCollective {
 public:
  RegisteredCollective(const MovePlan& plan, Bootstrap& bootstrap, Transport& transport,
                       const RegisteredMemory& memory, Elements elements,
                       const ExecutorOptions& options, Stores stores)
      : MovingCollective{plan, bootstrap, transport, elements, options},
        memory_{memory.region()},
        stores_{stores},
        sources_(most_sources()),
        targets_(most_targets()) {
    if (!is_plain()) {
      pieces_.resize((most_sources() + 1) * piece_bytes);
      piece_sources_.resize(most_sources());
    }
  }

  void require_usable(const void* input, const void* output, std::size_t count) const override {
    if (memory_->freed) throw UsageError{"the registered memory of this collective was freed"};
    const auto require = [&](const void* buffer, Side side, std::string_view name) {
      if (!memory_->holds(buffer, bytes_of(side, count)))
        throw UsageError{
            fmt::format("{} of the {} is not in the registered memory that it was made for", name,
                        operation().name)};
    };
    require(input, Side::input, "the input");
    require(output, Side::output, "the output");
  }

 private:
  int make(const Move& move, std::size_t source_offset, std::size_t target_offset,
           std::size_t count) noexcept override;
  /// The same with what avg and mulsum do to each element.
  void make_in_pieces(const std::vector<int>& ranks, std::span<void* const> targets,
                      std::size_t count) noexcept;

  /// Where `rank` has what this rank has at `address`.
  [[nodiscard]] std::byte* place(int rank, std::uint64_t address,
                                 std::size_t offset) const noexcept {
    return memory_->of(rank) + (std::bit_cast<const std::byte*>(address) - memory_->mine()) +
           offset;
  }

  std::shared_ptr<const RegisteredRegion> memory_;
  Stores stores_;
  std::vector<const void*> sources_;
  std::vector<void*> targets_;
  std::vector<const void*> piece_sources_;
  std::vector<std::byte> pieces_;  ///< of the result, then of each source
};

int RegisteredCollective::make(const Move& move, std::size_t source_offset,
                               std::size_t target_offset, std::size_t count) noexcept {
  const auto mine = addresses_of(rank());
  const std::uint64_t from = move.from_output ? mine.output : mine.input;
  for (std::size_t i = 0; i < move.sources.size(); ++i)
    sources_[i] = place(move.sources[i], from, source_offset);
  const std::span sources = std::span{sources_}.first(move.sources.size());
  std::size_t used = 0;
  for (const int rank : move.targets) {
    std::byte* target = place(rank, mine.output, target_offset);
    // In place, where nothing is done to a single source.
    const bool is_there = is_plain() && sources.size() == 1 && target == sources.front();
    if (!is_there) targets_[used++] = target;
  }
  const std::span targets = std::span{targets_}.first(used);
  if (targets.empty()) return all_well;
  if (is_plain())
    reduction().reduce_many(targets, sources, count, stores_);
  else
    make_in_pieces(move.sources, targets, count);
  return all_well;
}

void RegisteredCollective::make_in_pieces(const std::vector<int>& ranks,
                                          std::span<void* const> targets,
                                          std::size_t count) noexcept {
  const std::size_t longest = piece_bytes / element_bytes();
  const std::array<void*, 1> sum{pieces_.data()};
  const std::array<const void*, 1> finished{pieces_.data()};
  const std::size_t sources = ranks.size();
  for (std::size_t done = 0; done < count; done += longest) {
    const std::size_t elements = std::min(longest, count - done);
    const std::size_t bytes = elements * element_bytes();
    for (std::size_t i = 0; i < sources; ++i) {
      piece_sources_[i] = sources_[i];
      if (op() == ReduceOp::mulsum) {
        std::byte* product = pieces_.data() + (i + 1) * piece_bytes;
        reduction().multiply(product, sources_[i], mulsum_factor(ranks[i]), elements);
        piece_sources_[i] = product;
      }
      sources_[i] = static_cast<const std::byte*>(sources_[i]) + bytes;
    }
    reduction().reduce_many(sum, std::span{piece_sources_}.first(sources), elements,
                            Stores::cached);
    if (op() == ReduceOp::avg)
      reduction().divide(sum[0], sum[0], static_cast<int>(this->ranks()), elements);
    reduction().reduce_many(targets, finished, elements, stores_);
    for (std::size_t i = 0; i < targets.size(); ++i)
      targets_[i] = static_cast<std::byte*>(targets_[i]) + bytes;
  }
}

}  // namespace

std::unique_ptr<Collective> make_registered_collective(Operation operation, int root,
                                                       Bootstrap& bootstrap, Transport& transport,
                                                       const RegisteredMemory& memory,
                                                       Elements elements,
                                                       const ExecutorOptions& options,
                                                       const BlockWeights& weights, Stores stores) {
  return std::make_unique<RegisteredCollective>(
      make_moves(operation, bootstrap.size(), root, weights), bootstrap, transport, memory,
      elements, options, stores);
}

bool works_in_place(Operation operation, int ranks, const BlockWeights& weights) {
  constexpr int any_root = 0;
  return !find_defect(make_moves(operation, ranks, any_root, weights), true);
}

}  // namespace assay::collectives
