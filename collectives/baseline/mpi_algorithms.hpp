#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/operation.hpp"
#include "core/native/mpi.hpp"

namespace assay::collectives {

/// The library's own choice, which is none of MpiAlgorithms.
inline constexpr std::string_view mpi_default = "default";

/// What lets Open MPI be told an algorithm, if it is in the environment at MPI_Init. By itself it
/// changes no choice of the library's: coll/tuned decides as ever wherever it is told no algorithm.
inline constexpr const char* forcing_variable = "OMPI_MCA_coll_tuned_use_dynamic_rules";

/// The algorithms of one operation that the MPI library can be told to use in place of its own
/// choice. Open MPI names them in a control variable of its component coll/tuned, which a
/// communicator reads when it is made. MPICH (4.0) has such variables, too, but gives their values
/// no names, and reads them at each call. SimGrid's MPI has no tool interface at all
/// (mpi_algorithms_none.cpp).
class MpiAlgorithms {
 public:
  /// Opens the tool interface, and keeps it open for as long as it lives: see
  /// native::ToolInterface.
  explicit MpiAlgorithms(Operation operation);
  ~MpiAlgorithms();
  MpiAlgorithms(const MpiAlgorithms&) = delete;
  MpiAlgorithms& operator=(const MpiAlgorithms&) = delete;

  [[nodiscard]] Operation operation() const noexcept { return operation_; }
  /// As the library calls them; none: it has none to be told of.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  /// What keeps this process from telling the library any, whatever its name.
  [[nodiscard]] std::optional<std::string> why_none() const;
  /// A duplicate of `communicator` in which the operation is done by the algorithm. Some algorithms
  /// leave what does not suit them to another one (too few elements for a ring, say).
  /// Collective. Precondition: MPI is initialised, and why_none() says nothing.
  /// Throws  UsageError that lists the known names.
  [[nodiscard]] native::Communicator force(MPI_Comm communicator, std::string_view name) const;

 private:
  struct Control;

  Operation operation_;
  std::unique_ptr<Control> control_;
  std::vector<std::string> names_;
  std::vector<int> values_;  ///< by name
};

}  // namespace assay::collectives
