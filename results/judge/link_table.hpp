#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/locate/links.hpp"
#include "results/run.hpp"

namespace assay::results {

/// The links between the hosts of a run, as `locate` takes them, and how their parts are called.
struct LinkTable {
  LinkMeasurements measured;
  std::vector<std::string> nodes;  ///< host names, in the order of their first ranks
  std::vector<std::string> rails;  ///< by number; one without a name where there is one
  std::vector<std::string> leaves;
  std::map<LinkId, const Record*> first;  ///< records of the first round; point into the run

  [[nodiscard]] const std::string& node(int number) const {
    return nodes[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] bool has_rails() const { return rails.size() > 1; }
};

/// What is asked of the links.
enum class LinkView {
  apart,      ///< what each rail of a pair can do alone
  shared,     ///< what it does while others use what they share with it, as a rule
  together,   ///< and while all of them are busy
  sustained,  ///< what each rail did on the average, with all that stalled it
};

/// True of records that a search for slow links left: of pairs between hosts of `info.network`.
[[nodiscard]] bool is_link(const RunInfo& info, const Record& record);

/// Bytes per second by the median of the samples: of records that `is_link` is true of.
[[nodiscard]] double median_rate(const Record& record);

/// Nothing where the run has no such measurements. `run` must outlive the table.
[[nodiscard]] std::optional<LinkTable> link_table(const Run& run, LinkView view);

/// Nothing where an end or the rail of the record takes no part.
[[nodiscard]] std::optional<LinkId> link_of(const LinkTable& table, const Record& record);

/// "n0->n2", with the rail where there are several.
[[nodiscard]] std::string link_name(const LinkTable& table, const LinkId& link);

}  // namespace assay::results
