// Compares a registered all-reduce with what its traffic costs as plain copies, alternating in one
// run: `mpirun -n 2 build/tests/traffic`. In a sum of n ranks each reads and writes as many bytes
// as the message has, so it is set beside every rank's copy of as much from one registered buffer
// to another, at the same time, past the caches where the sum's stores go past them. Prints one
// line a size; ends with 1 if the sum has less than 0.8 of the copies' speed at 64 MiB. A study,
// not a test: it needs a quiet machine.
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/reduction.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "core/clock.hpp"
#include "results/statistics.hpp"

namespace {

using assay::Bytes;
using assay::Deadline;
using assay::Seconds;
using namespace assay::literals;
namespace collectives = assay::collectives;

constexpr double wanted = 0.8;
constexpr Bytes judged = 64_MiB;
constexpr int rounds = 31;
constexpr std::array sizes{64_KiB, 1_MiB, 16_MiB, judged};
/// Of so much, sum and copies go past the caches.
constexpr Bytes streaming_from = 1_MiB;

/// Collective: the time of the slowest rank, from when all have met.
template <class Work>
double slowest(Work work) {
  MPI_Barrier(MPI_COMM_WORLD);
  const Seconds begin = assay::steady_now();
  work();
  double mine = (assay::steady_now() - begin).value;
  double all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return all;
}

/// Medians of the sum's and the copies' times.
std::pair<double, double> compare(const assay::benchmarks::Job& job, Bytes size) {
  const auto transport =
      collectives::make_shared_memory_transport(job.world);
  const auto memory = transport->allocate_registered(2 * size.value);
  const auto sum = collectives::make_registered_collective(
      collectives::Operation::all_reduce, 0, job.world, *transport, *memory, {},
      assay::benchmarks::executor_options(job, job.everyone()), {},
      size >= streaming_from ? collectives::Stores::streaming : collectives::Stores::cached);
  std::byte* input = memory->mine();
  std::byte* output = input + size.value;
  const std::vector<float> fresh(size.value / sizeof(float), 1.0F);
  const auto copy = [&] {
    if (size >= streaming_from)
      collectives::best_instruction_set().copy_streaming(output, input, size.value);
    else
      std::memcpy(output, input, size.value);
  };
  std::vector<double> sums;
  std::vector<double> copies;
  for (int round = 0; round < rounds; ++round) {
    std::memcpy(input, fresh.data(), size.value);
    sums.push_back(slowest([&] {
      if (sum->run(input, output, fresh.size(), Deadline::after(60_s)))
        MPI_Abort(MPI_COMM_WORLD, 1);
    }));
    std::memcpy(input, fresh.data(), size.value);
    copies.push_back(slowest(copy));
  }
  return {assay::results::median(sums), assay::results::median(copies)};
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  bool is_slow = false;
  {
    assay::Heartbeat heartbeat;
    collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
    const auto job = assay::benchmarks::make_job(world, heartbeat, {}, Deadline::after(60_s));
    for (const Bytes size : sizes) {
      const auto [sum, copies] = compare(job, size);
      is_slow |= size == judged && copies / sum < wanted;
      if (world.rank() == 0)
        fmt::print("{:>10} bytes  sum {:10.2f} us  copies {:10.2f} us  ratio {:.2f}\n", size.value,
                   sum * 1e6, copies * 1e6, copies / sum);
    }
  }
  MPI_Finalize();
  return is_slow ? 1 : 0;
}
