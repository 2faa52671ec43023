#include "collectives/device/peer_memory.hpp"

#include <fmt/format.h>

#include <exception>
#include <string>

#include "collectives/device/room.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

constexpr std::size_t mebibyte = 1U << 20;

/// CUDA shares whole blocks of 2 MiB between processes: what is smaller would share its neighbours.
std::size_t whole_blocks(std::size_t bytes) {
  constexpr std::size_t block = 2 * mebibyte;
  return (bytes / block + 1) * block;
}

/// CUDA's number of a GPU in this process, or -1 where it does not see it.
int device_at(const std::string& bus) {
  int device = -1;
  if (cudaDeviceGetByPCIBusId(&device, bus.c_str()) != cudaSuccess) {
    cudaGetLastError();  // it is no failure that later calls should meet
    return -1;
  }
  return device;
}

std::string no_access(const Placement& placement, int from, int to, const std::string& why) {
  return fmt::format(
      "GPU {} ({}) has no access to the memory of GPU {} ({}) on {}: {}; usual causes: "
      "ACS or an IOMMU between them (nvidia-smi topo -p2p r), MIG, or a container without shared "
      "memory and IPC",
      placement.bus(from), placement.device_name(from), placement.bus(to),
      placement.device_name(to), placement.host(to), why);
}

/// Lets `device` load and store what `peer` has; both as this process numbers them.
/// Throws  UnavailableError
void enable_access(const Placement& placement, int from, int to, int device, int peer) {
  if (device == peer) return;
  int can = 0;
  native::check_cuda(cudaDeviceCanAccessPeer(&can, device, peer));
  if (can == 0)
    throw UnavailableError{no_access(placement, from, to, "CUDA says that there is no way")};
  const native::CurrentDevice current{device};
  const cudaError_t status = cudaDeviceEnablePeerAccess(peer, 0);
  if (status == cudaErrorPeerAccessAlreadyEnabled) {
    cudaGetLastError();
    return;
  }
  if (status != cudaSuccess)
    throw UnavailableError{no_access(placement, from, to, cudaGetErrorString(status))};
}

void require_one_host(const Placement& placement) {
  for (int rank = 1; rank < placement.ranks(); ++rank)
    if (placement.host(rank) != placement.host(0))
      throw UnavailableError{
          fmt::format("GPUs load and store each other's memory within one host, and ranks 0 and {} "
                      "are on {} and {}; use --implementation nccl, or --staged",
                      rank, placement.host(0), placement.host(rank))};
}

}  // namespace

PeerMemory::PeerMemory(Bootstrap& processes, const Placement& placement, std::size_t bytes,
                       NoAccess no_access)
    : processes_{processes},
      bytes_{whole_blocks(bytes)},
      places_(static_cast<std::size_t>(placement.ranks())) {
  require_one_host(placement);  // known to all alike
  together(processes, [&] { allocate(placement); });
  open_others(placement, no_access);
}

void PeerMemory::allocate(const Placement& placement) {
  for (int i = 0; i < placement.per_process; ++i) {
    const int rank = placement.first_local() + i;
    const native::CurrentDevice current{placement.device(rank)};
    require_room(placement, rank,
                 placement.is_virtual ? bytes_ * static_cast<std::size_t>(placement.per_process - i)
                                      : bytes_);
    own_.push_back(native::allocate_device(bytes_));
    places_[static_cast<std::size_t>(rank)] = static_cast<std::byte*>(own_.back().get());
    native::check_cuda(cudaMemset(own_.back().get(), 0, bytes_));
    native::check_cuda(cudaDeviceSynchronize());
  }
}

PeerMemory::~PeerMemory() {
  if (processes_.size() == 1 || std::uncaught_exceptions() > 0) return;
  opened_.clear();
  try {
    processes_.barrier();
  } catch (const std::exception&) {
    // The job is at its end, and the supervisors say why.
  }
}

std::string PeerMemory::why_not(int from, int to) const {
  const auto refused = refused_.find({from, to});
  return refused == refused_.end() ? "" : refused->second;
}

void PeerMemory::open_others(const Placement& placement, NoAccess no_access) {
  std::vector<cudaIpcMemHandle_t> mine(own_.size());
  together(processes_, [&] {
    if (processes_.size() == 1) return;  // nobody asks for them
    for (std::size_t i = 0; i < own_.size(); ++i)
      native::check_cuda(cudaIpcGetMemHandle(&mine[i], own_[i].get()));
  });
  const auto all = gather_lists(processes_, mine);
  together(processes_, [&] {
    for (int rank = 0; rank < placement.ranks(); ++rank)
      for (int i = 0; i < placement.per_process; ++i) {
        const int local = placement.first_local() + i;
        if (local == rank) continue;
        const auto process = static_cast<std::size_t>(rank / placement.per_process);
        const auto of_process = static_cast<std::size_t>(rank % placement.per_process);
        try {
          open(placement, local, rank, &all[process][of_process]);
        } catch (const UnavailableError& unavailable) {
          if (no_access == NoAccess::refuse) throw;
          refused_[{local, rank}] = unavailable.what();
          cudaGetLastError();  // it is no failure that later calls should meet
        }
      }
  });
}

void PeerMemory::open(const Placement& placement, int from, int to,
                      const cudaIpcMemHandle_t* handle) {
  const int device = placement.device(from);
  if (placement.is_local(to))
    return enable_access(placement, from, to, device, placement.device(to));
  if (const int peer = device_at(placement.bus(to)); peer >= 0)
    enable_access(placement, from, to, device, peer);
  auto& place = places_[static_cast<std::size_t>(to)];
  if (place != nullptr) return;  // one address serves all GPUs of a process
  const native::CurrentDevice current{device};
  void* opened = nullptr;
  const cudaError_t status = cudaIpcOpenMemHandle(&opened, *handle, cudaIpcMemLazyEnablePeerAccess);
  if (status != cudaSuccess)
    throw UnavailableError{no_access(placement, from, to, cudaGetErrorString(status))};
  opened_.emplace_back(opened);
  place = static_cast<std::byte*>(opened);
}

}  // namespace assay::collectives::device
