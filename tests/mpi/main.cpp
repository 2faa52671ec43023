#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdlib>

#include "collectives/baseline/mpi_algorithms.hpp"

#if defined(__SANITIZE_ADDRESS__)
/// In place of libc's: what MPI's plug-ins keep can be told by their names (leak-suppressions.txt)
/// only while they are loaded.
extern "C" int dlclose(void* /*handle*/) noexcept { return 0; }
/// Libraries without frame pointers are named only by the thorough way of walking the stack.
extern "C" const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
#endif

/// Every rank runs every test, together; only rank 0 prints, unless another one fails.
int main(int argc, char** argv) {
  ::setenv(assay::collectives::forcing_variable, "1", 0);
  MPI_Init(&argc, &argv);
  testing::InitGoogleTest(&argc, argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank != 0) testing::GTEST_FLAG(brief) = true;
  const int mine = RUN_ALL_TESTS();
  int worst = mine;
  MPI_Allreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return worst;
}
