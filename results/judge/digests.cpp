#include "results/judge/digests.hpp"

#include <fmt/format.h>

#include <charconv>

#include "results/judge/inventory.hpp"
#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

std::uint64_t counted(const Record& record, const char* name) {
  const auto found = record.counters.find(name);
  return found == record.counters.end() ? 0 : found->second;
}

/// The columns of "256x128x64"; 0 where there is no such shape.
std::uint64_t columns_of(const Record& record) {
  const std::string shape = record.shape.value_or("");
  const auto cross = shape.find('x');
  std::uint64_t columns = 0;
  if (cross != std::string::npos)
    std::from_chars(shape.data() + cross + 1, shape.data() + shape.size(), columns);
  return columns;
}

std::string where(const Record& record) {
  const std::uint64_t columns = columns_of(record);
  const WrongValue& first = *record.first_wrong;
  if (columns == 0) return fmt::format("offset {}", first.offset);
  return fmt::format("row {}, column {}", first.offset / columns, first.offset % columns);
}

std::string told(const Record& record) {
  std::string text = fmt::format("{} of {} products had other bits than the rest",
                                 counted(record, "deviating"), counted(record, "repeats"));
  if (record.first_wrong)
    text += fmt::format("; {} wrong element{}, first at {}: expected {}, found {}",
                        record.wrong.value_or(0), record.wrong == 1 ? "" : "s", where(record),
                        record.first_wrong->expected, record.first_wrong->found);
  return text;
}

Suspect suspect_of(const RunInfo& info, const Record& record) {
  const std::string evidence = "matmul/digest: " + told(record);
  if (is_of_gpu(record)) {
    Suspect gpu = suspect_gpu(record, "data", evidence);
    gpu.deficit = 1.0;
    return gpu;
  }
  Suspect suspect = suspect_rank(info, *record.rank);
  suspect.layer = "data";
  suspect.deficit = 1.0;
  suspect.confidence = surest;
  suspect.evidence.push_back(evidence);
  suspect.action = fmt::format("take {} out of use and test its processor and memory",
                               host_of(info, *record.rank));
  return suspect;
}

}  // namespace

void judge_digests(const Run& run, Verdict& verdict) {
  for (const Record& record : run.records) {
    if (record.benchmark != "digest" || !record.rank) continue;
    Check check;
    check.name = "matmul/digest";
    check.subject = device_subject(run.info, record);
    check.of = kind_of_device(record);
    if (is_of_gpu(record)) check.subject += ", " + record.algorithm.value_or("");
    const bool is_decided = record.counters.contains("deviating");
    const std::uint64_t deviating = counted(record, "deviating");
    if (!is_decided || counted(record, "repeats") == 0) {
      check.status = Status::inconclusive;
      check.reason = fmt::format(
          "ranks and plain loops found several results, none of them most of the time; this one "
          "usually {}",
          record.digest.value_or("none"));
    } else {
      check.status = deviating == 0 ? Status::pass : Status::fail;
      check.measured = Measured{static_cast<double>(deviating), "products", std::nullopt};
      check.expected = Expected{0, "the same bits everywhere"};
      if (deviating > 0) {
        check.reason = told(record);
        verdict.suspects.push_back(suspect_of(run.info, record));
      }
    }
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace assay::results
