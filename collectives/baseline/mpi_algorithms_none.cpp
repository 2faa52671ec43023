#include "collectives/baseline/mpi_algorithms.hpp"
#include "core/error.hpp"

namespace assay::collectives {

struct MpiAlgorithms::Control {};

MpiAlgorithms::MpiAlgorithms(Operation operation) : operation_{operation} {}
MpiAlgorithms::~MpiAlgorithms() = default;

std::optional<std::string> MpiAlgorithms::why_none() const {
  return "this MPI library has no tool interface";
}

native::Communicator MpiAlgorithms::force(MPI_Comm, std::string_view) const {
  throw UnavailableError{*why_none()};
}

}  // namespace assay::collectives
