// Compares the sampler's time of MPI_Allreduce with that of a plain timing loop, interleaved in one
// run: `mpirun -n 2 build/tests/agreement`. Prints one line a size; ends with 1 if a median differs
// by more than 5 % (and more than a clock can tell apart). A study, not a test: it needs a quiet
// machine.
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "benchmarks/buffer.hpp"
#include "benchmarks/collective.hpp"
#include "results/statistics.hpp"

namespace {

using assay::Bytes;
using namespace assay::literals;

constexpr double allowed_difference = 0.05;
constexpr int rounds = 15;  // of each, alternating
constexpr int repeats_a_round = 60;
constexpr std::array sizes{4_KiB, 64_KiB, 1_MiB, 4_MiB, 16_MiB};

/// Everyone's first own loop: meet, take the time, call, take the time; the slowest rank counts.
/// Buffers are dirtied before each call and results are read after it, as the sampler does.
class PlainLoop {
 public:
  explicit PlainLoop(Bytes size)
      : count_{size.value / sizeof(float)},
        fresh_(count_),
        input_{size.value},
        output_{size.value},
        expected_(count_) {
    int ranks = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (std::size_t i = 0; i < count_; ++i) {
      fresh_[i] = static_cast<float>(i * 2654435761U % 65536);  // varied, and sums of it exact
      expected_[i] = fresh_[i] * static_cast<float>(ranks);
    }
  }

  std::vector<double> times(int repeats) {
    std::vector<double> taken;
    for (int i = 0; i < repeats; ++i) {
      std::memcpy(input_.data(), fresh_.data(), count_ * sizeof(float));
      MPI_Barrier(MPI_COMM_WORLD);
      const double begin = MPI_Wtime();
      MPI_Allreduce(input_.data(), output_.data(), static_cast<int>(count_), MPI_FLOAT, MPI_SUM,
                    MPI_COMM_WORLD);
      const double mine = MPI_Wtime() - begin;
      differences_ += std::memcmp(output_.data(), expected_.data(), count_ * sizeof(float)) != 0;
      taken.push_back(mine);
    }
    std::vector<double> slowest(taken.size());
    MPI_Allreduce(taken.data(), slowest.data(), repeats, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return slowest;
  }

 private:
  std::size_t count_;
  std::vector<float> fresh_;
  assay::benchmarks::Buffer input_;  // as the sampler's: MPI's speed depends on the alignment
  assay::benchmarks::Buffer output_;
  std::vector<float> expected_;
  int differences_ = 0;
};

/// Medians of the sampler's and the loop's samples, over all rounds.
std::pair<double, double> compare(const assay::benchmarks::Job& job, Bytes size) {
  assay::benchmarks::CollectiveBenchmark benchmark{
      job, {"mpi", "default", "auto", false}, {}, size};
  assay::benchmarks::SamplerOptions options;
  options.iterations = repeats_a_round;
  options.warmup = 5;
  PlainLoop loop{size};
  std::vector<double> ours;
  std::vector<double> plain;
  for (int round = 0; round < rounds; ++round) {
    const auto record = benchmark.measure(size, false, options);
    ours.insert(ours.end(), record.samples_s.begin(), record.samples_s.end());
    const auto times = loop.times(repeats_a_round);
    plain.insert(plain.end(), times.begin(), times.end());
  }
  return {assay::results::median(ours), assay::results::median(plain)};
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int worst = 0;
  {
    assay::Heartbeat heartbeat;
    assay::collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
    const auto job =
        assay::benchmarks::make_job(world, heartbeat, {}, assay::Deadline::after(60_s));
    for (const Bytes size : sizes) {
      const auto [ours, plain] = compare(job, size);
      const bool differs = std::abs(ours / plain - 1.0) > allowed_difference;
      worst |= differs ? 1 : 0;
      if (world.rank() == 0)
        fmt::print("{:>10} bytes  sampler {:10.2f} us  plain loop {:10.2f} us  ratio {:.3f}{}\n",
                   size.value, ours * 1e6, plain * 1e6, ours / plain, differs ? "  DIFFERS" : "");
    }
  }
  MPI_Finalize();
  return worst;
}
