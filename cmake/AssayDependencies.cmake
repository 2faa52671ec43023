# Foreign libraries, all from the distribution; scripts/setup installs them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
if(ASSAY_SIMULATE)
  include(AssaySimulation)
else()
  find_package(MPI REQUIRED COMPONENTS CXX)
endif()
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(benchmark REQUIRED)
find_package(Boost REQUIRED)  # Boost.Math, headers only
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(HWLOC REQUIRED IMPORTED_TARGET hwloc)
pkg_check_modules(OPENBLAS REQUIRED openblas)  # its header; it is loaded when it is asked for
if(ASSAY_UCX)
  pkg_check_modules(UCX IMPORTED_TARGET ucx)
endif()

# Open MPI's header otherwise includes the C++ bindings that MPI-3 removed, and warns.
target_compile_definitions(MPI::MPI_CXX INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
