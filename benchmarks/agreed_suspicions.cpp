#include "benchmarks/agreed_suspicions.hpp"

#include <nlohmann/json.hpp>

namespace assay::benchmarks {

using results::Suspicion;

namespace {

/// Beyond this many ranks a repeat measures the suspects with a few partners, not everyone.
constexpr int small_job = 8;
constexpr std::size_t partners_of_a_suspect = 4;

std::vector<Suspicion> raised_by(const results::Run& run, const results::JudgeOptions& options) {
  results::Run first{run.info, {}, false};
  for (const results::Record& record : run.records)
    if (record.confirmation == 0) first.records.push_back(record);
  return results::suspicions(first, options);
}

}  // namespace

std::vector<Suspicion> agreed_suspicions(const Job& job, const results::Run* run,
                                         const results::JudgeOptions& options) {
  nlohmann::json raised = nlohmann::json::array();
  if (run != nullptr)
    for (const Suspicion& one : raised_by(*run, options))
      raised.push_back(
          {static_cast<int>(one.kind), one.rank, one.to_rank, one.benchmark, one.memory});
  std::vector<Suspicion> agreed;
  for (const auto& told :
       nlohmann::json::parse(collectives::gather_texts(job.world, raised.dump())[0]))
    agreed.push_back(
        {static_cast<Suspicion::Kind>(told[0].get<int>()), told[1], told[2], told[3], told[4]});
  return agreed;
}

std::vector<int> with_peers(const Job& job, std::set<int> suspects) {
  if (job.size() <= small_job) return job.everyone();
  const std::size_t wanted = suspects.size() + partners_of_a_suspect;
  for (int rank = 0; rank < job.size() && suspects.size() < wanted; ++rank) suspects.insert(rank);
  return {suspects.begin(), suspects.end()};
}

}  // namespace assay::benchmarks
