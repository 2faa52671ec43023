#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectives/transport/faulty.hpp"

namespace assay::benchmarks {

/// Something wrong with one rank, on purpose: how Assay's own tests know that it finds faults.
struct Fault {
  std::string text;  ///< as the user wrote it; kept in run.json
  int rank = 0;
  bool in_matmul = false;  ///< else in the transport
  collectives::TransportFault transport;
  double matmul_share = 0;      ///< matmul runs at (1 - share) of its speed
  bool in_matmul_data = false;  ///< one element of the product is changed
  int flip_every = 0;  ///< one bit of every so many-th repeated product is flipped; 0: none
};

/// Reads KIND:rank=R[,by=50%|100us][,every=N]; kinds are slow-send, delay-send, drop, corrupt,
/// slow-matmul, corrupt-matmul and flip-matmul.
/// Throws  UsageError that says what would be right.
[[nodiscard]] Fault parse_fault(std::string_view text);

[[nodiscard]] std::vector<collectives::TransportFault> transport_faults(
    const std::vector<Fault>& faults, int rank);
[[nodiscard]] double matmul_slowdown(const std::vector<Fault>& faults, int rank);
[[nodiscard]] bool corrupts_matmul(const std::vector<Fault>& faults, int rank);
[[nodiscard]] int matmul_flip_every(const std::vector<Fault>& faults, int rank);

}  // namespace assay::benchmarks
