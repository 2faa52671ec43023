#include "collectives/baseline/nccl_calls.hpp"

namespace assay::collectives {

ncclResult_t NcclCall::operator()(const device::RankBuffers& buffers,
                                  std::size_t count) const noexcept {
  const auto [input, output] = buffers;
  switch (operation) {
    case Operation::all_reduce:
      return nccl.all_reduce(input, output, count, type, op, communicator, stream);
    case Operation::reduce_scatter:
      return nccl.reduce_scatter(input, output, count, type, op, communicator, stream);
    case Operation::all_gather:
      return nccl.all_gather(input, output, count, type, communicator, stream);
    case Operation::broadcast:
      return nccl.broadcast(input, output, count, type, root, communicator, stream);
    case Operation::reduce:
      return nccl.reduce(input, output, count, type, op, root, communicator, stream);
    default:
      return exchange(buffers, count);
  }
}

ncclResult_t NcclCall::exchange(const device::RankBuffers& buffers,
                                std::size_t count) const noexcept {
  ncclResult_t first = ncclSuccess;
  const auto note = [&](ncclResult_t result) {
    if (first == ncclSuccess && result != ncclInProgress) first = result;
  };
  const auto send = [&](int to, int block) {
    const auto* begin = static_cast<const std::byte*>(buffers.input);
    const std::size_t at = weights.begin(Side::input, rank, block, count);
    note(nccl.send(begin + at * element_bytes, weights.elements(Side::input, rank, block, count),
                   type, to, communicator, stream));
  };
  const auto receive = [&](int from, int block) {
    auto* begin = static_cast<std::byte*>(buffers.output);
    const std::size_t at = weights.begin(Side::output, rank, block, count);
    note(nccl.recv(begin + at * element_bytes, weights.elements(Side::output, rank, block, count),
                   type, from, communicator, stream));
  };
  const bool is_root = rank == root;
  switch (operation) {
    case Operation::gather:
      send(root, 0);
      for (int from = 0; is_root && from < ranks; ++from) receive(from, from);
      break;
    case Operation::scatter:
      for (int to = 0; is_root && to < ranks; ++to) send(to, to);
      receive(root, 0);
      break;
    case Operation::send_recv:
      send((rank + 1) % ranks, 0);
      receive((rank + ranks - 1) % ranks, 0);
      break;
    default:  // all_to_all, with weights or without
      for (int peer = 0; peer < ranks; ++peer) {
        send(peer, peer);
        receive(peer, peer);
      }
      break;
  }
  return first;
}

}  // namespace assay::collectives
