#include "collectives/baseline/mpi.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "collectives/baseline/mpi_type.hpp"
#include "collectives/reduction.hpp"

namespace assay::collectives {

using native::check_mpi;

namespace {

/// One side's counts and displacements of MPI_Alltoallv.
class MpiBlocks {
 public:
  MpiBlocks(Side side, int rank, int ranks, const BlockWeights& weights)
      : side_{side},
        rank_{rank},
        weights_{weights},
        counts_(static_cast<std::size_t>(ranks)),
        displacements_(static_cast<std::size_t>(ranks)) {}

  /// For runs that are told `count`.
  void set(std::size_t count) noexcept {
    int begin = 0;
    for (std::size_t block = 0; block < counts_.size(); ++block) {
      counts_[block] =
          static_cast<int>(weights_.elements(side_, rank_, static_cast<int>(block), count));
      displacements_[block] = begin;
      begin += counts_[block];
    }
  }
  [[nodiscard]] const int* counts() const noexcept { return counts_.data(); }
  [[nodiscard]] const int* displacements() const noexcept { return displacements_.data(); }

 private:
  Side side_;
  int rank_;
  BlockWeights weights_;
  std::vector<int> counts_;
  std::vector<int> displacements_;
};

class MpiCollective final : public Collective {
 public:
  /// `forced`: in which the library was told an algorithm; null: it chooses.
  MpiCollective(MpiBootstrap& bootstrap, Operation operation, Elements elements, int root,
                const BlockWeights& weights, native::Communicator forced)
      : bootstrap_{bootstrap},
        forced_{std::move(forced)},
        communicator_{forced_ ? forced_.get() : bootstrap.communicator()},
        operation_{info(operation)},
        op_{elements.op},
        root_{root},
        element_bytes_{info(elements.type).bytes},
        reduction_{find_reduction(elements.type, elements.op)},
        type_{elements.type},
        operator_{elements.type, elements.op},
        input_blocks_{Side::input, bootstrap.rank(), bootstrap.size(), weights},
        output_blocks_{Side::output, bootstrap.rank(), bootstrap.size(), weights} {}

  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline /*the supervisor's*/) noexcept override {
    bootstrap_.heartbeat().waiting_for.store(Heartbeat::everybody, std::memory_order_relaxed);
    const std::size_t held = elements_in(operation_.input, count);
    if (operation_.reduces && op_ == ReduceOp::mulsum) input = multiplied(input, held);
    if (operation_.has_blocks)
      call(input, output, static_cast<int>(count));
    else
      call_in_pieces(input, output, count);
    if (operation_.reduces && op_ == ReduceOp::avg)
      reduction_.divide(output, output, bootstrap_.size(), elements_in(operation_.output, count));
    bootstrap_.heartbeat().waiting_for.store(Heartbeat::nobody, std::memory_order_relaxed);
    return std::nullopt;
  }

  /// One element of MPI's own type and operator, for what the library says of it.
  int attempt() {
    const auto ranks = static_cast<std::size_t>(bootstrap_.size());
    std::vector<std::byte> input(ranks * element_bytes_);
    std::vector<std::byte> output(ranks * element_bytes_);
    check_mpi(MPI_Comm_set_errhandler(communicator_, MPI_ERRORS_RETURN));
    return call(input.data(), output.data(), 1);
  }

 private:
  [[nodiscard]] bool is_root() const noexcept { return bootstrap_.rank() == root_; }
  [[nodiscard]] std::size_t elements_in(Part part, std::size_t count) const noexcept {
    return count *
           static_cast<std::size_t>(blocks_held(operation_, part, is_root(), bootstrap_.size()));
  }

  /// Grows in the first runs, which warm up.
  void* spare(std::size_t elements) {
    spare_.resize(std::max(spare_.size(), elements * element_bytes_));
    return spare_.data();
  }
  const void* multiplied(const void* input, std::size_t elements) {
    void* copy = spare(elements);
    reduction_.multiply(copy, input, mulsum_factor(bootstrap_.rank()), elements);
    return copy;
  }

  /// MPI-3 counts are ints: what is longer goes in pieces.
  void call_in_pieces(const void* input, void* output, std::size_t count) noexcept {
    constexpr std::size_t piece = std::size_t{1} << 30;
    for (std::size_t done = 0; done < count || done == 0; done += piece) {
      const std::size_t offset = done * element_bytes_;
      call(input == nullptr ? nullptr : static_cast<const std::byte*>(input) + offset,
           output == nullptr ? nullptr : static_cast<std::byte*>(output) + offset,
           static_cast<int>(std::min(piece, count - done)));
    }
  }

  /// Returns  what the library says, if it comes back: its errors end the job as a rule.
  int call(const void* input, void* output, int count) noexcept;
  int reduce_scatter(const void* input, void* output, int count) noexcept;
  int broadcast(const void* input, void* output, int count) noexcept;
  int send_recv(const void* input, void* output, int count) noexcept;
  int all_to_all_v(const void* input, void* output, int count) noexcept;

  MpiBootstrap& bootstrap_;
  native::Communicator forced_;
  MPI_Comm communicator_;
  const OperationInfo& operation_;
  ReduceOp op_;
  int root_;
  std::size_t element_bytes_;
  const Reduction& reduction_;
  MpiType type_;
  MpiOperator operator_;
  std::vector<std::byte> spare_;
  // As for the last count of blocks with weights.
  int count_ = 0;
  MpiBlocks input_blocks_;
  MpiBlocks output_blocks_;
};

/// MPI's word for a buffer that is the other one, too.
const void* or_in_place(const void* input, const void* place) {
  return input == place ? MPI_IN_PLACE : input;
}

int MpiCollective::call(const void* input, void* output, int count) noexcept {
  const MPI_Datatype type = type_.get();
  const std::size_t own = static_cast<std::size_t>(bootstrap_.rank()) *
                          static_cast<std::size_t>(count) * element_bytes_;
  std::byte* own_block = output == nullptr ? nullptr : static_cast<std::byte*>(output) + own;
  switch (operation_.operation) {
    case Operation::all_reduce:
      return MPI_Allreduce(or_in_place(input, output), output, count, type, operator_.get(),
                           communicator_);
    case Operation::reduce_scatter:
      return reduce_scatter(input, output, count);
    case Operation::all_gather:
      return MPI_Allgather(or_in_place(input, own_block), count, type, output, count, type,
                           communicator_);
    case Operation::broadcast:
      return broadcast(input, output, count);
    case Operation::reduce:
      return MPI_Reduce(is_root() ? or_in_place(input, output) : input, output, count, type,
                        operator_.get(), root_, communicator_);
    case Operation::gather:
      return MPI_Gather(is_root() ? or_in_place(input, own_block) : input, count, type, output,
                        count, type, root_, communicator_);
    case Operation::scatter: {
      const bool in_place = is_root() && static_cast<const std::byte*>(input) + own == output;
      return MPI_Scatter(input, count, type, in_place ? MPI_IN_PLACE : output, count, type, root_,
                         communicator_);
    }
    case Operation::all_to_all:
      return MPI_Alltoall(or_in_place(input, output), count, type, output, count, type,
                          communicator_);
    case Operation::all_to_all_v:
      return all_to_all_v(input, output, count);
    case Operation::send_recv:
      return send_recv(input, output, count);
    case Operation::transfer:
      break;  // no collective of MPI's
  }
  return MPI_SUCCESS;
}

int MpiCollective::reduce_scatter(const void* input, void* output, int count) noexcept {
  const std::size_t bytes = static_cast<std::size_t>(count) * element_bytes_;
  const auto* own_block =
      static_cast<const std::byte*>(input) + static_cast<std::size_t>(bootstrap_.rank()) * bytes;
  const bool in_place = own_block == output;  // MPI's own in-place leaves the result elsewhere
  void* result = in_place ? spare(static_cast<std::size_t>(count)) : output;
  const int status =
      MPI_Reduce_scatter_block(input, result, count, type_.get(), operator_.get(), communicator_);
  if (in_place) std::memcpy(output, result, bytes);
  return status;
}

int MpiCollective::broadcast(const void* input, void* output, int count) noexcept {
  if (is_root() && input != output)
    std::memcpy(output, input, static_cast<std::size_t>(count) * element_bytes_);
  return MPI_Bcast(output, count, type_.get(), root_, communicator_);
}

int MpiCollective::send_recv(const void* input, void* output, int count) noexcept {
  const int ranks = bootstrap_.size();
  const int to = (bootstrap_.rank() + 1) % ranks;
  const int from = (bootstrap_.rank() + ranks - 1) % ranks;
  constexpr int tag = 0;
  if (input == output)
    return MPI_Sendrecv_replace(output, count, type_.get(), to, tag, from, tag, communicator_,
                                MPI_STATUS_IGNORE);
  return MPI_Sendrecv(input, count, type_.get(), to, tag, output, count, type_.get(), from, tag,
                      communicator_, MPI_STATUS_IGNORE);
}

int MpiCollective::all_to_all_v(const void* input, void* output, int count) noexcept {
  if (count != count_) {
    input_blocks_.set(static_cast<std::size_t>(count));
    output_blocks_.set(static_cast<std::size_t>(count));
    count_ = count;
  }
  return MPI_Alltoallv(or_in_place(input, output), input_blocks_.counts(),
                       input_blocks_.displacements(), type_.get(), output, output_blocks_.counts(),
                       output_blocks_.displacements(), type_.get(), communicator_);
}

}  // namespace

std::unique_ptr<Collective> make_mpi_collective(MpiBootstrap& bootstrap, Operation operation,
                                                Elements elements, int root,
                                                const BlockWeights& weights,
                                                std::string_view algorithm) {
  native::Communicator forced;
  if (algorithm != mpi_default)
    forced = MpiAlgorithms{operation}.force(bootstrap.communicator(), algorithm);
  return std::make_unique<MpiCollective>(bootstrap, operation, elements, root, weights,
                                         std::move(forced));
}

std::optional<std::string> why_not_forced(MpiBootstrap& bootstrap, const MpiAlgorithms& algorithms,
                                          std::string_view name) {
  if (const auto why = first_text(bootstrap, algorithms.why_none().value_or(""))) return why;
  MpiCollective collective{bootstrap, algorithms.operation(),
                           {},        0,
                           {},        algorithms.force(bootstrap.communicator(), name)};
  const int status = collective.attempt();
  return first_text(bootstrap, status == MPI_SUCCESS ? "" : native::mpi_error_text(status));
}

std::string mpi_library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string first{text.data(), static_cast<std::size_t>(length)};
  first.resize(std::min(first.size(), first.find_first_of(",\n")));
  std::ranges::replace(first, '\t', ' ');
  return first;
}

}  // namespace assay::collectives
