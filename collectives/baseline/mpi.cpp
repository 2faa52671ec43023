#include "collectives/baseline/mpi.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "collectives/baseline/mpi_type.hpp"
#include "collectives/reduction.hpp"

namespace assay::collectives {

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
  MpiCollective(MpiBootstrap& bootstrap, Operation operation, Elements elements, int root,
                const BlockWeights& weights)
      : bootstrap_{bootstrap},
        communicator_{bootstrap.communicator()},
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

  void call(const void* input, void* output, int count) noexcept;
  void reduce_scatter(const void* input, void* output, int count) noexcept;
  void broadcast(const void* input, void* output, int count) noexcept;
  void send_recv(const void* input, void* output, int count) noexcept;
  void all_to_all_v(const void* input, void* output, int count) noexcept;

  MpiBootstrap& bootstrap_;
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

void MpiCollective::call(const void* input, void* output, int count) noexcept {
  const MPI_Datatype type = type_.get();
  const std::size_t own = static_cast<std::size_t>(bootstrap_.rank()) *
                          static_cast<std::size_t>(count) * element_bytes_;
  std::byte* own_block = output == nullptr ? nullptr : static_cast<std::byte*>(output) + own;
  switch (operation_.operation) {
    case Operation::all_reduce:
      MPI_Allreduce(or_in_place(input, output), output, count, type, operator_.get(),
                    communicator_);
      break;
    case Operation::reduce_scatter:
      reduce_scatter(input, output, count);
      break;
    case Operation::all_gather:
      MPI_Allgather(or_in_place(input, own_block), count, type, output, count, type, communicator_);
      break;
    case Operation::broadcast:
      broadcast(input, output, count);
      break;
    case Operation::reduce:
      MPI_Reduce(is_root() ? or_in_place(input, output) : input, output, count, type,
                 operator_.get(), root_, communicator_);
      break;
    case Operation::gather:
      MPI_Gather(is_root() ? or_in_place(input, own_block) : input, count, type, output, count,
                 type, root_, communicator_);
      break;
    case Operation::scatter: {
      const bool in_place = is_root() && static_cast<const std::byte*>(input) + own == output;
      MPI_Scatter(input, count, type, in_place ? MPI_IN_PLACE : output, count, type, root_,
                  communicator_);
      break;
    }
    case Operation::all_to_all:
      MPI_Alltoall(or_in_place(input, output), count, type, output, count, type, communicator_);
      break;
    case Operation::all_to_all_v:
      all_to_all_v(input, output, count);
      break;
    case Operation::send_recv:
      send_recv(input, output, count);
      break;
    case Operation::transfer:
      break;  // no collective of MPI's
  }
}

void MpiCollective::reduce_scatter(const void* input, void* output, int count) noexcept {
  const std::size_t bytes = static_cast<std::size_t>(count) * element_bytes_;
  const auto* own_block =
      static_cast<const std::byte*>(input) + static_cast<std::size_t>(bootstrap_.rank()) * bytes;
  const bool in_place = own_block == output;  // MPI's own in-place leaves the result elsewhere
  void* result = in_place ? spare(static_cast<std::size_t>(count)) : output;
  MPI_Reduce_scatter_block(input, result, count, type_.get(), operator_.get(), communicator_);
  if (in_place) std::memcpy(output, result, bytes);
}

void MpiCollective::broadcast(const void* input, void* output, int count) noexcept {
  if (is_root() && input != output)
    std::memcpy(output, input, static_cast<std::size_t>(count) * element_bytes_);
  MPI_Bcast(output, count, type_.get(), root_, communicator_);
}

void MpiCollective::send_recv(const void* input, void* output, int count) noexcept {
  const int ranks = bootstrap_.size();
  const int to = (bootstrap_.rank() + 1) % ranks;
  const int from = (bootstrap_.rank() + ranks - 1) % ranks;
  constexpr int tag = 0;
  if (input == output)
    MPI_Sendrecv_replace(output, count, type_.get(), to, tag, from, tag, communicator_,
                         MPI_STATUS_IGNORE);
  else
    MPI_Sendrecv(input, count, type_.get(), to, tag, output, count, type_.get(), from, tag,
                 communicator_, MPI_STATUS_IGNORE);
}

void MpiCollective::all_to_all_v(const void* input, void* output, int count) noexcept {
  if (count != count_) {
    input_blocks_.set(static_cast<std::size_t>(count));
    output_blocks_.set(static_cast<std::size_t>(count));
    count_ = count;
  }
  MPI_Alltoallv(or_in_place(input, output), input_blocks_.counts(), input_blocks_.displacements(),
                type_.get(), output, output_blocks_.counts(), output_blocks_.displacements(),
                type_.get(), communicator_);
}

}  // namespace

std::unique_ptr<Collective> make_mpi_collective(MpiBootstrap& bootstrap, Operation operation,
                                                Elements elements, int root,
                                                const BlockWeights& weights) {
  return std::make_unique<MpiCollective>(bootstrap, operation, elements, root, weights);
}

std::string mpi_library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole{text.data(), static_cast<std::size_t>(length)};
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace assay::collectives
