#include "collectives/baseline/mpi_algorithms.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/named.hpp"
#include "core/native/mpi_tool.hpp"

namespace assay::collectives {

using native::check_mpi;
using native::check_mpi_tool;
using native::ControlVariable;

namespace {

struct Variable {
  Operation operation;
  const char* name;
};
/// Open MPI's (4.0 to 5.0); of reduce-scatter for the call that we make.
constexpr std::array variables{
    Variable{Operation::all_reduce, "coll_tuned_allreduce_algorithm"},
    Variable{Operation::reduce_scatter, "coll_tuned_reduce_scatter_block_algorithm"},
    Variable{Operation::all_gather, "coll_tuned_allgather_algorithm"},
    Variable{Operation::broadcast, "coll_tuned_bcast_algorithm"},
    Variable{Operation::reduce, "coll_tuned_reduce_algorithm"},
    Variable{Operation::gather, "coll_tuned_gather_algorithm"},
    Variable{Operation::scatter, "coll_tuned_scatter_algorithm"},
    Variable{Operation::all_to_all, "coll_tuned_alltoall_algorithm"},
};
constexpr const char* dynamic_rules = "coll_tuned_use_dynamic_rules";
constexpr const char* rules_file = "coll_tuned_dynamic_rules_filename";
/// Of such a variable: the library chooses.
constexpr int own_choice = 0;

std::optional<int> find(const char* name) {
  int index = 0;
  if (MPI_T_cvar_get_index(name, &index) != MPI_SUCCESS) return std::nullopt;
  return index;
}

ControlVariable open(int index) {
  MPI_T_cvar_handle handle = MPI_T_CVAR_HANDLE_NULL;
  int count = 0;
  check_mpi_tool(MPI_T_cvar_handle_alloc(index, nullptr, &handle, &count));
  return ControlVariable{handle};
}

/// The first byte of the variable's value: of a truth value, and of a text, 0 where it is empty.
bool is_set(const char* name) {
  const auto index = find(name);
  if (!index) return false;
  constexpr std::size_t longest = 4096;  // Open MPI says 2048 of every text
  std::array<char, longest> value{};
  check_mpi_tool(MPI_T_cvar_read(open(*index).get(), value.data()));
  return value[0] != 0;
}

/// The names that the library has for the variable's values.
MPI_T_enum names_of(int index) {
  int name_length = 0;
  int description_length = 0;
  int verbosity = 0;
  int binding = 0;
  int scope = 0;
  MPI_Datatype type = MPI_DATATYPE_NULL;
  MPI_T_enum names = MPI_T_ENUM_NULL;
  check_mpi_tool(MPI_T_cvar_get_info(index, nullptr, &name_length, &verbosity, &type, &names,
                                     nullptr, &description_length, &binding, &scope));
  return names;
}

int count_of(MPI_T_enum names) {
  int count = 0;
  int length = 0;
  check_mpi_tool(MPI_T_enum_get_info(names, &count, nullptr, &length));
  return count;
}

}  // namespace

struct MpiAlgorithms::Control {
  native::ToolInterface tools;
  native::ControlVariable variable;
};

MpiAlgorithms::~MpiAlgorithms() = default;

MpiAlgorithms::MpiAlgorithms(Operation operation)
    : operation_{operation}, control_{std::make_unique<Control>()} {
  const auto row = std::ranges::find(variables, operation, &Variable::operation);
  if (row == variables.end()) return;
  const auto index = find(row->name);
  if (!index) return;
  const MPI_T_enum known = names_of(*index);
  if (known == MPI_T_ENUM_NULL) return;
  control_->variable = open(*index);
  for (int item = 0; item < count_of(known); ++item) {
    std::array<char, 128> name{};
    int length = name.size();
    int value = 0;
    check_mpi_tool(MPI_T_enum_get_item(known, item, &value, name.data(), &length));
    if (value == own_choice) continue;
    names_.emplace_back(name.data());
    values_.push_back(value);
  }
}

std::optional<std::string> MpiAlgorithms::why_none() const {
  if (names_.empty()) return "this MPI library names none";
  if (!is_set(dynamic_rules)) return fmt::format("{} is off", dynamic_rules);
  if (is_set(rules_file)) return fmt::format("the file of {} decides", rules_file);
  return std::nullopt;
}

native::Communicator MpiAlgorithms::force(MPI_Comm communicator, std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end())
    refuse_name(name, "algorithm of MPI's",
                fmt::format("{}, {}", mpi_default, fmt::join(names_, ", ")));
  MPI_Info made = MPI_INFO_NULL;
  check_mpi(MPI_Info_create(&made));
  const native::Info preference{made};
  // Else a component of higher priority might do the work, which knows nothing of the variable.
  check_mpi(MPI_Info_set(made, "ompi_comm_coll_preference", "tuned"));
  int before = own_choice;
  check_mpi_tool(MPI_T_cvar_read(control_->variable.get(), &before));
  check_mpi_tool(MPI_T_cvar_write(control_->variable.get(),
                                  &values_[static_cast<std::size_t>(found - names_.begin())]));
  MPI_Comm copy = MPI_COMM_NULL;
  const int status = MPI_Comm_dup_with_info(communicator, made, &copy);
  check_mpi_tool(MPI_T_cvar_write(control_->variable.get(), &before));
  check_mpi(status);
  return native::Communicator{copy};
}

}  // namespace assay::collectives
