#pragma once

#include <map>
#include <string>

#include "results/json_fields.hpp"

namespace assay::results {

/// Where an imported record is from: what was printed, unchanged, in the source's own unit.
struct Source {
  std::string tool{};                       ///< nccl-tests, rccl-tests, OSU, perftest, nvbandwidth
  std::string version{};                    ///< as the log says; empty: it does not
  std::string file{};                       ///< without its folder
  std::string place{};                      ///< "line 37"
  std::string statistic{};                  ///< of what the record holds: mean, median, ...
  std::string unit{};                       ///< of it, as printed: us, GB/s, Gb/s, MiB/s
  std::string start{};                      ///< of the run, as the log has it; empty: not said
  std::string end{};                        ///< likewise
  std::map<std::string, double> figures{};  ///< all that was printed, by the titles of its columns
};

/// Throws  Error if a number is not finite.
[[nodiscard]] Json source_json(const Source& source);
/// Throws  UsageError as FieldReader does.
[[nodiscard]] Source read_source(const FieldReader& fields);

}  // namespace assay::results
