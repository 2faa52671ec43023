#include "results/judge/subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "results/judge/inventory.hpp"

namespace assay::results {

bool one_rank_per_host(const RunInfo& info) {
  std::set<std::string> hosts;
  for (const auto& rank : info.ranks) hosts.insert(rank.host);
  return info.ranks.size() > 1 && hosts.size() == info.ranks.size();
}

std::string host_of(const RunInfo& info, int rank) {
  for (const auto& identity : info.ranks)
    if (identity.rank == rank) return identity.host;
  return "";
}

bool is_of_gpu(const Record& record) {
  return record.memory == "device" && record.host && record.device;
}

std::string device_subject(const RunInfo& info, const Record& record) {
  if (is_of_gpu(record))
    return fmt::format("{} {} (rank {})", *record.host, *record.device, *record.rank);
  return fmt::format("rank {} ({})", *record.rank, host_of(info, *record.rank));
}

std::string collective_subject(const Record& record) {
  return fmt::format("{} {}{}", record.implementation, record.algorithm.value_or(""),
                     record.memory == "device" ? " on GPUs" : "");
}

PartKind kind_of_device(const Record& record) {
  return is_of_gpu(record) ? PartKind::gpu : PartKind::host;
}

PartKind kind_of_collective(const Record& record) {
  return record.memory == "device" ? PartKind::gpu_collective : PartKind::collective;
}

std::string rank_name(const RunInfo& info, int rank) {
  return one_rank_per_host(info) ? host_of(info, rank) : fmt::format("rank {}", rank);
}

std::string pair_name(const RunInfo& info, int from, int to) {
  return rank_name(info, from) + "->" + rank_name(info, to);
}

Suspect suspect_rank(const RunInfo& info, int rank) {
  Suspect suspect;
  suspect.kind = one_rank_per_host(info) ? "node" : "rank";
  suspect.name = rank_name(info, rank);
  suspect.rank = rank;
  suspect.host = host_of(info, rank);
  return suspect;
}

Suspect suspect_of_device(const RunInfo& info, const Record& record) {
  Suspect suspect = suspect_rank(info, *record.rank);
  if (!is_of_gpu(record)) return suspect;
  suspect.kind = "gpu";
  suspect.name = gpu_subject(record);
  suspect.device = record.device;
  return suspect;
}

Suspect suspect_host(const std::string& host, std::string evidence, std::string action) {
  Suspect suspect;
  suspect.kind = "node";
  suspect.name = host;
  suspect.host = host;
  suspect.layer = "hardware";
  suspect.confidence = surest;
  suspect.evidence.push_back(std::move(evidence));
  suspect.action = std::move(action);
  return suspect;
}

void sort_suspects(std::vector<Suspect>& suspects) {
  std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) {
    const bool a_data = a.layer == "data";
    const bool b_data = b.layer == "data";
    return a_data != b_data ? a_data : a.deficit > b.deficit;
  });
}

}  // namespace assay::results
