# SimGrid's SMPI in place of an MPI library.
pkg_check_modules(SIMGRID REQUIRED IMPORTED_TARGET simgrid)
pkg_get_variable(simgrid_include_dir simgrid includedir)
find_path(SMPI_INCLUDE_DIR mpi.h PATHS ${simgrid_include_dir}/smpi NO_DEFAULT_PATH REQUIRED)
find_program(SMPIRUN_EXECUTABLE smpirun REQUIRED)

# Not by way of smpicxx: it forces a header on every source that redefines malloc, exit and clocks as
# macros. What we need of that is in core/machine/simulated.cpp.
add_library(MPI::MPI_CXX INTERFACE IMPORTED)
target_include_directories(MPI::MPI_CXX SYSTEM INTERFACE ${SMPI_INCLUDE_DIR})
target_link_libraries(MPI::MPI_CXX INTERFACE PkgConfig::SIMGRID)

# smpirun loads the program once for each rank, so that each has its own variables.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Unique symbols would be one for all of these.
add_compile_options(-fno-gnu-unique)
