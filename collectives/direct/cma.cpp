#include "collectives/direct/cma.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "collectives/direct/moving_collective.hpp"

namespace assay::collectives {

namespace {

/// Copies from another process's memory; false if the kernel will not (it is gone, say).
bool read_memory(pid_t process, std::uint64_t address, void* to, std::size_t bytes) noexcept {
  auto* target = static_cast<std::byte*>(to);
  while (bytes > 0) {
    const iovec local{target, bytes};
    const iovec remote{std::bit_cast<void*>(address), bytes};
    const ssize_t read = ::process_vm_readv(process, &local, 1, &remote, 1, 0);
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return false;
    const auto done = static_cast<std::size_t>(read);
    target += done;
    address += done;
    bytes -= done;
  }
  return true;
}

/// What ranks tell each other to be read by.
struct Readable {
  std::int64_t process = 0;
  std::uint64_t address = 0;  ///< of a word with `sign` in it
  std::uint64_t sign = 0;
};

/// One piece of each remote source, which a second-level cache holds.
constexpr std::size_t piece_bytes = std::size_t{64} << 10;

class CmaCollective final : public MovingCollective {
 public:
  CmaCollective(const MovePlan& plan, Bootstrap& bootstrap, Transport& transport, Elements elements,
                const ExecutorOptions& options)
      : MovingCollective{plan, bootstrap, transport, elements, options}, sources_(most_sources()) {
    for (const Readable& peer : gather_values(bootstrap, Readable{::getpid(), 0, 0}))
      processes_.push_back(static_cast<pid_t>(peer.process));
    if (most_sources() > 1 || !is_plain()) pieces_.resize(most_sources() * piece_bytes);
  }

 private:
  int make(const Move& move, std::size_t source_offset, std::size_t target_offset,
           std::size_t count) noexcept override;
  int copy(int source, std::uint64_t address, std::byte* target, std::size_t bytes) noexcept;
  int sum(const Move& move, std::size_t source_offset, std::byte* target,
          std::size_t count) noexcept;
  [[nodiscard]] std::uint64_t address(const Move& move, int source,
                                      std::size_t offset) const noexcept {
    const auto shown = addresses_of(source);
    return (move.from_output ? shown.output : shown.input) + offset;
  }

  std::vector<pid_t> processes_;
  std::vector<const void*> sources_;
  std::vector<std::byte> pieces_;
};

int CmaCollective::make(const Move& move, std::size_t source_offset, std::size_t target_offset,
                        std::size_t count) noexcept {
  auto* target = std::bit_cast<std::byte*>(addresses_of(rank()).output) + target_offset;
  if (move.sources.size() > 1 || (!is_plain() && !move.from_output))
    return sum(move, source_offset, target, count);
  const int source = move.sources.front();
  return copy(source, address(move, source, source_offset), target, count * element_bytes());
}

int CmaCollective::copy(int source, std::uint64_t from, std::byte* target,
                        std::size_t bytes) noexcept {
  if (source != rank())
    return read_memory(processes_[static_cast<std::size_t>(source)], from, target, bytes) ? all_well
                                                                                          : source;
  const auto* own = std::bit_cast<const std::byte*>(from);
  if (own != target) std::memcpy(target, own, bytes);
  return all_well;
}

int CmaCollective::sum(const Move& move, std::size_t source_offset, std::byte* target,
                       std::size_t count) noexcept {
  const std::size_t longest = piece_bytes / element_bytes();
  for (std::size_t done = 0; done < count; done += longest) {
    const std::size_t elements = std::min(longest, count - done);
    const std::size_t offset = done * element_bytes();
    for (std::size_t i = 0; i < move.sources.size(); ++i) {
      const int source = move.sources[i];
      const std::uint64_t from = address(move, source, source_offset + offset);
      std::byte* piece = pieces_.data() + i * piece_bytes;
      sources_[i] = piece;
      if (source == rank() && op() != ReduceOp::mulsum)
        sources_[i] = std::bit_cast<const std::byte*>(from);
      else if (copy(source, from, piece, elements * element_bytes()) != all_well)
        return source;
      if (op() == ReduceOp::mulsum)
        reduction().multiply(piece, piece, mulsum_factor(source), elements);
    }
    const std::array<void*, 1> result{target + offset};
    reduction().reduce_many(result, std::span{sources_}.first(move.sources.size()), elements,
                            Stores::cached);
    if (op() == ReduceOp::avg) reduction().divide(result[0], result[0], ranks(), elements);
  }
  return all_well;
}

}  // namespace

std::optional<std::string> why_no_cma(Bootstrap& bootstrap) {
  // Where Yama lets only descendants look, a process may still name who else may.
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  constexpr std::uint64_t pattern = 0x5eed0fa55a7;
  const std::uint64_t sign = pattern + static_cast<std::uint64_t>(bootstrap.rank());
  const auto all =
      gather_values(bootstrap, Readable{::getpid(), std::bit_cast<std::uint64_t>(&sign), sign});
  const Readable& next = all[static_cast<std::size_t>((bootstrap.rank() + 1) % bootstrap.size())];
  std::uint64_t found = 0;
  const bool may =
      read_memory(static_cast<pid_t>(next.process), next.address, &found, sizeof found) &&
      found == next.sign;
  // On another host a process of that number may be somebody else's: only the right word counts.
  const int problem = may ? 0 : (errno == 0 ? EFAULT : errno);
  int rank = 0;
  std::optional<std::string> why;
  for (const int theirs : gather_values(bootstrap, problem)) {
    if (theirs != 0 && !why)
      why = fmt::format("rank {} may not read rank {}'s memory: {}", rank,
                        (rank + 1) % bootstrap.size(), std::strerror(theirs));
    ++rank;
  }
  return why;
}

std::unique_ptr<Collective> make_cma_collective(Operation operation, int root, Bootstrap& bootstrap,
                                                Transport& transport, Elements elements,
                                                const ExecutorOptions& options,
                                                const BlockWeights& weights) {
  return std::make_unique<CmaCollective>(
      make_pulls(operation, bootstrap.size(), root, weights).value(), bootstrap, transport,
      elements, options);
}

bool has_cma_collective(Operation operation) { return make_pulls(operation, 1, 0).has_value(); }

bool pulls_in_place(Operation operation, int ranks, const BlockWeights& weights) {
  constexpr int any_root = 0;
  const auto plan = make_pulls(operation, ranks, any_root, weights);
  return plan && !find_defect(*plan, true);
}

}  // namespace assay::collectives
