#include "results/judge/device_models.hpp"

#include "results/judge/subjects.hpp"

namespace assay::results {

DeviceModels::DeviceModels(const Run& run) {
  for (const auto& identity : run.info.ranks) processors_[identity.rank] = identity.processor;
  for (const Record& record : run.records)
    if (record.benchmark == "inventory" && record.host && record.device &&
        record.report.facts.contains("name"))
      gpus_[{*record.host, *record.device}] = record.report.facts.at("name");
}

std::string DeviceModels::of(const Record& record) const {
  if (is_of_gpu(record)) return of_gpu(*record.host, *record.device);
  const auto found = processors_.find(*record.rank);
  return found == processors_.end() ? "" : found->second;
}

std::string DeviceModels::of_gpu(const std::string& host, const std::string& device) const {
  const auto found = gpus_.find({host, device});
  return found == gpus_.end() ? "" : found->second;
}

}  // namespace assay::results
