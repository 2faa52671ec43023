#include "results/judge/soak.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "results/summary.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Share of a sound part's rate, by rank and window.
using Shares = std::function<double(int rank, int window)>;
constexpr int windows = 40;
constexpr int samples = 60;

double sound(int, int) { return 1; }

/// A soak of four ranks. What slows the whole machine from window to window slows all of them.
struct SyntheticSoak {
  Shares matmul = sound;
  Shares link = sound;      ///< by the sender
  Shares gpu = sound;       ///< a GPU a rank
  Shares gpu_link = sound;  ///< from the GPU of that number, of one host, to the next
  double spikes = 0;        ///< share of the samples of rank 2's matmul
  bool disturbed = false;
  int length = windows;

  [[nodiscard]] Run run() const {
    Run run;
    for (int rank = 0; rank < 4; ++rank) {
      RankIdentity identity;
      identity.rank = rank;
      identity.host = "n" + std::to_string(rank);
      run.info.ranks.push_back(identity);
    }
    std::mt19937 random{1};
    std::normal_distribution<double> of_window{0, 0.05};
    for (int window = 0; window < length; ++window) {
      const double machine = std::exp(std::abs(of_window(random)));
      for (int rank = 0; rank < 4; ++rank) {
        Record record = measured(machine / matmul(rank, window), rank == 2 ? spikes : 0, random);
        record.benchmark = "soak_matmul";
        record.rank = rank;
        record.rate_flop_per_s = 1e9 / *record.median_s;
        record.window = window;
        run.records.push_back(record);
        Record on_gpu = measured(machine / gpu(rank, window), 0, random);
        on_gpu.benchmark = "soak_gpu_matmul";
        on_gpu.memory = "device";
        on_gpu.rank = rank;
        on_gpu.host = "n" + std::to_string(rank);
        on_gpu.device = "gpu0";
        on_gpu.rate_flop_per_s = 1e15 / *on_gpu.median_s;
        on_gpu.window = window;
        run.records.push_back(on_gpu);
        Record copy = measured(machine / gpu_link(rank, window), 0, random);
        copy.benchmark = "soak_gpu_peer_copy";
        copy.algorithm = "one_way";
        copy.memory = "device";
        copy.host = "n0";
        copy.device = "gpu" + std::to_string(rank);
        copy.peer = "gpu" + std::to_string((rank + 1) % 4);
        copy.algorithm_bandwidth_bytes_per_s = 4e11 / *copy.median_s;
        copy.window = window;
        run.records.push_back(copy);
        Record pair = measured(machine / link(rank, window), 0, random);
        pair.benchmark = "soak_pair";
        pair.from_rank = rank;
        pair.to_rank = (rank + 1) % 4;
        pair.algorithm_bandwidth_bytes_per_s = 1e9 / *pair.median_s;
        pair.window = window;
        run.records.push_back(pair);
      }
      Record sum = measured(machine / matmul(0, window), 0, random);
      sum.benchmark = "soak_all_reduce";
      sum.algorithm = "ring";
      sum.bus_bandwidth_bytes_per_s = 1e9 / *sum.median_s;
      sum.window = window;
      run.records.push_back(sum);
      sum.benchmark = "soak_gpu_all_reduce";
      sum.implementation = "nccl";
      sum.algorithm = "default";
      sum.memory = "device";
      run.records.push_back(sum);
    }
    return run;
  }

 private:
  Record measured(double seconds, double spike_share, std::mt19937& random) const {
    std::normal_distribution<double> noise{0, 0.02};
    std::bernoulli_distribution spike{spike_share};
    Record record;
    record.implementation = "assay";
    for (int i = 0; i < samples; ++i) {
      record.samples_s.push_back(seconds * std::exp(noise(random)) * (spike(random) ? 3 : 1));
      record.disturbed.push_back(disturbed ? 1 : 0);
    }
    summarise(record);
    return record;
  }
};

Verdict judged(const SyntheticSoak& soak) {
  Verdict verdict;
  judge_soak(soak.run(), {}, verdict);
  return verdict;
}

TEST(JudgeSoak, PassesWhatKeepsItsRateWhateverTheMachineDoes) {
  const Verdict verdict = judged({});
  EXPECT_THAT(verdict.suspects, IsEmpty()) << told(verdict);
  EXPECT_EQ(count(verdict, "soak/matmul", Status::pass), 4);
  EXPECT_EQ(count(verdict, "soak/link", Status::pass), 4);
  EXPECT_EQ(count(verdict, "soak/all_reduce", Status::pass), 1);
  EXPECT_EQ(count(verdict, "soak/gpu_matmul", Status::pass), 4);
  EXPECT_EQ(status_of(verdict, "soak/gpu_all_reduce", "nccl default on GPUs"), Status::pass);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("of 40, drift"));
}

TEST(JudgeSoak, NamesARankThatFallsBehindWithTime) {
  SyntheticSoak soak;
  soak.matmul = [](int rank, int window) { return rank == 2 ? 1 - 0.15 * window / windows : 1.0; };
  const Verdict verdict = judged(soak);
  EXPECT_EQ(status_of(verdict, "soak/matmul", "rank 2 (n2)"), Status::fail);
  EXPECT_THAT(find(verdict, "soak/matmul", "rank 2 (n2)")->reason,
              HasSubstr("against its peers; least"));
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].name, "n2");
  EXPECT_EQ(verdict.suspects[0].layer, "compute");
}

TEST(JudgeSoak, NamesAGpuThatFallsBehindWithTime) {
  SyntheticSoak soak;
  soak.gpu = [](int rank, int window) { return rank == 3 ? 1 - 0.15 * window / windows : 1.0; };
  const Verdict verdict = judged(soak);
  EXPECT_EQ(status_of(verdict, "soak/gpu_matmul", "n3 gpu0 (rank 3)"), Status::fail);
  EXPECT_EQ(count(verdict, "soak/matmul", Status::pass), 4);
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "gpu");
  EXPECT_EQ(verdict.suspects[0].name, "n3 gpu0");
  EXPECT_EQ(verdict.suspects[0].layer, "compute");
}

TEST(JudgeSoak, NamesALinkThatFallsBehindWithTime) {
  SyntheticSoak soak;
  soak.link = [](int rank, int window) { return rank == 1 ? 1 - 0.2 * window / windows : 1.0; };
  const Verdict verdict = judged(soak);
  EXPECT_EQ(status_of(verdict, "soak/link", "n1->n2"), Status::fail);
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_EQ(verdict.suspects[0].peer, "n2");
}

TEST(JudgeSoak, NamesSpikesThatPeersDoNotHave) {
  SyntheticSoak soak;
  soak.spikes = 0.03;
  const Verdict verdict = judged(soak);
  EXPECT_EQ(status_of(verdict, "soak/matmul", "rank 2 (n2)"), Status::fail);
  EXPECT_THAT(find(verdict, "soak/matmul", "rank 2 (n2)")->reason,
              HasSubstr("more than twice the usual time"));
  EXPECT_EQ(count(verdict, "soak/matmul", Status::pass), 3);
}

TEST(JudgeSoak, IsInconclusiveOfSpikesWhereMostPeersWereDisturbed) {
  SyntheticSoak soak;
  soak.spikes = 0.03;
  auto run = soak.run();
  for (Record& record : run.records)
    if (record.rank && *record.rank < 2) std::ranges::fill(record.disturbed, 1);
  Verdict verdict;
  judge_soak(run, {}, verdict);
  EXPECT_EQ(status_of(verdict, "soak/matmul", "rank 2 (n2)"), Status::inconclusive);
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(JudgeSoak, TellsTheLeastWindow) {
  SyntheticSoak soak;
  soak.matmul = [](int rank, int window) { return rank == 1 && window == 17 ? 0.3 : 1.0; };
  EXPECT_THAT(find(judged(soak), "soak/matmul", "rank 1 (n1)")->reason,
              HasSubstr("in window 17 of 40"));
}

TEST(JudgeSoak, IsInconclusiveOfACollectiveThatFellAsItHasNoPeers) {
  SyntheticSoak soak;
  soak.matmul = [](int, int window) { return 1 - 0.4 * window / windows; };
  const Verdict verdict = judged(soak);
  EXPECT_EQ(count(verdict, "soak/matmul", Status::pass), 4) << told(verdict);
  EXPECT_EQ(count(verdict, "soak/all_reduce", Status::inconclusive), 1);
}

TEST(JudgeSoak, IsInconclusiveOfFewOrDisturbedWindows) {
  SyntheticSoak few;
  few.length = 3;
  EXPECT_EQ(count(judged(few), "soak/matmul", Status::inconclusive), 4);
  SyntheticSoak busy;
  busy.disturbed = true;
  EXPECT_EQ(count(judged(busy), "soak/matmul", Status::inconclusive), 4);
}

TEST(JudgeSoak, NamesALinkBetweenGpusThatGetsSlower) {
  EXPECT_EQ(count(judged({}), "soak/gpu_link", Status::pass), 4);
  SyntheticSoak soak;
  soak.gpu_link = [](int gpu, int window) { return gpu == 2 ? 1 - 0.2 * window / windows : 1.0; };
  const Verdict verdict = judged(soak);
  EXPECT_EQ(status_of(verdict, "soak/gpu_link", "n0 gpu2->gpu3"), Status::fail);
  EXPECT_EQ(count(verdict, "soak/gpu_link", Status::pass), 3) << told(verdict);
  ASSERT_EQ(verdict.suspects.size(), 1u) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_EQ(verdict.suspects[0].name, "n0 gpu2");
  EXPECT_EQ(verdict.suspects[0].peer, "n0 gpu3");
  EXPECT_EQ(verdict.suspects[0].device, "gpu2");
  EXPECT_EQ(verdict.suspects[0].layer, "hardware");
  EXPECT_EQ(verdict.checks.back().of, PartKind::gpu_collective);
  EXPECT_EQ(find(verdict, "soak/gpu_link", "n0 gpu2->gpu3")->of, PartKind::gpu_link);
}

}  // namespace
}  // namespace assay::results
