#pragma once

#include <string>

#include "results/export/exporter.hpp"

namespace assay::results {

/// What a run may be called by someone who means harm: markup, quotes, a line break, a mark that
/// turns the direction of writing, and a byte that is not UTF-8.
inline const std::string hostile = "<script>\"'&\n\u202E../x\xff";

inline Record sample_collective(bool in_place, double seconds) {
  Record record;
  record.benchmark = "all_reduce";
  record.implementation = "assay";
  record.algorithm = "ring";
  record.dtype = "float32";
  record.op = "sum";
  record.size_bytes = 1 << 20;
  record.ranks = 4;
  record.in_place = in_place;
  record.samples_s = {seconds, 2 * seconds, 3 * seconds};
  record.median_s = 2 * seconds;
  record.algorithm_bandwidth_bytes_per_s = (1 << 20) / (2 * seconds);
  record.bus_bandwidth_bytes_per_s = 1.5 * (1 << 20) / (2 * seconds);
  record.wrong = 0;
  return record;
}

/// A run of two halves of a collective and a pair between hosts with a hostile name.
inline JudgedRun sample_run() {
  JudgedRun judged;
  RunInfo& info = judged.run.info;
  info.id = "sample";
  info.start = "2026-11-23T16:29:00Z";
  info.end = "2026-11-23T16:30:00Z";
  info.command = {"assay", "accept"};
  info.verb = "accept";
  info.level = "quick";
  info.version = "0.1.0";
  info.ranks.resize(1);
  info.ranks[0].host = hostile;
  judged.run.records = {sample_collective(false, 1e-4), sample_collective(true, 2e-4)};
  Record pair;
  pair.benchmark = "pair";
  pair.implementation = "assay";
  pair.from = hostile;
  pair.to = "n1";
  pair.from_rank = 0;
  pair.to_rank = 1;
  pair.median_s = 0.5;
  judged.run.records.push_back(pair);

  Verdict verdict;
  verdict.verdict = Status::fail;
  verdict.level = "quick";
  verdict.profile = "none";
  verdict.checks = {{"pair/bandwidth", hostile, Status::fail, Measured{1e9, "bytes_per_s", {}},
                     Expected{2e9, "peers"}, "50 % below its peers"},
                    {"pair/bandwidth", "n1->n0", Status::pass, {}, {}, ""},
                    {"hops/ring", "all", Status::inconclusive, {}, {}, "too noisy"},
                    {"all_reduce/bandwidth", "all", Status::skipped, {}, {}, "no profile figure"}};
  Suspect suspect;
  suspect.kind = "node";
  suspect.name = hostile;
  suspect.direction = "send";
  suspect.layer = "hardware";
  suspect.deficit = 0.5;
  suspect.confidence = 0.99;
  suspect.evidence = {"n0->n1 1 GB/s, peers 2"};
  suspect.action = "check the cable";
  verdict.suspects = {suspect};
  judged.verdict = verdict;
  return judged;
}

}  // namespace assay::results
