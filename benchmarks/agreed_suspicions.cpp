#include "benchmarks/agreed_suspicions.hpp"

#include <nlohmann/json.hpp>

namespace assay::benchmarks {

using results::Suspicion;

namespace {

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
      raised.push_back({one.kind == Suspicion::Kind::pair, one.rank, one.to_rank, one.benchmark});
  std::vector<Suspicion> agreed;
  for (const auto& told :
       nlohmann::json::parse(collectives::gather_texts(job.world, raised.dump())[0]))
    agreed.push_back(
        {told[0] ? Suspicion::Kind::pair : Suspicion::Kind::device, told[1], told[2], told[3]});
  return agreed;
}

}  // namespace assay::benchmarks
