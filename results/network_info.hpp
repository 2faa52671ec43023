#pragma once

#include <string>
#include <vector>

#include "results/json_fields.hpp"

namespace assay::results {

/// The network between a run's hosts, as far as links were scheduled and are judged by it.
struct NetworkInfo {
  struct Leaf {
    std::string name;
    std::vector<std::string> hosts;
  };

  std::string source = "flat";     ///< flat (nothing known), file, guessed (from latencies)
  std::string origin;              ///< the file, where it was one
  std::vector<Leaf> leaves;        ///< with the hosts that took part
  std::vector<std::string> rails;  ///< as records name them; empty: one, without a name
  std::string not_together;        ///< why all rails together were left out; empty: they were not
  std::string no_hops;             ///< why no hops were traced; empty: they were, or not asked for
  int rounds = 0;                  ///< of disjoint pairs, each measured in turns; repeats included

  /// The leaf that `host` hangs on, or -1 if the host took no part.
  [[nodiscard]] int leaf_of(const std::string& host) const;
};

[[nodiscard]] Json network_json(const NetworkInfo& network);
/// Throws  UsageError that names what is wrong.
[[nodiscard]] NetworkInfo read_network(const FieldReader& fields);

}  // namespace assay::results
