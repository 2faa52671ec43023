#pragma once

#include <string>

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// True where every rank is alone on its host, so that hosts are the names of ranks.
[[nodiscard]] bool one_rank_per_host(const RunInfo& info);

[[nodiscard]] std::string host_of(const RunInfo& info, int rank);

/// Whether a device record is of a GPU, which is then a subject of its own.
[[nodiscard]] bool is_of_gpu(const Record& record);

/// What a device record is of: "rank 2 (n1)", or "n1 gpu0 (rank 2)".
[[nodiscard]] std::string device_subject(const RunInfo& info, const Record& record);

/// What a collective's record is of: "assay ring", "nccl default on GPUs".
[[nodiscard]] std::string collective_subject(const Record& record);

/// Of which kind device_subject and collective_subject are.
[[nodiscard]] PartKind kind_of_device(const Record& record);
[[nodiscard]] PartKind kind_of_collective(const Record& record);

/// How a rank is called in a subject: its host where it is alone there, else "rank 2".
[[nodiscard]] std::string rank_name(const RunInfo& info, int rank);

/// "n0->n2" or "rank 0->rank 2".
[[nodiscard]] std::string pair_name(const RunInfo& info, int from, int to);

/// A suspect for a rank (a node, where it is alone on its host) with kind, name, rank and host set.
[[nodiscard]] Suspect suspect_rank(const RunInfo& info, int rank);

/// The same for what a device record is of: its GPU, else its rank.
[[nodiscard]] Suspect suspect_of_device(const RunInfo& info, const Record& record);

/// A suspect for a host as a whole, by its hardware, of which its own figures leave no doubt.
[[nodiscard]] Suspect suspect_host(const std::string& host, std::string evidence,
                                   std::string action);

/// Puts the worst first: wrong data, then by deficit.
void sort_suspects(std::vector<Suspect>& suspects);

}  // namespace assay::results
