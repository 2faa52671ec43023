#include "results/network_info.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace assay::results {

int NetworkInfo::leaf_of(const std::string& host) const {
  const auto found = std::ranges::find_if(leaves, [&](const Leaf& leaf) {
    return std::ranges::find(leaf.hosts, host) != leaf.hosts.end();
  });
  return found == leaves.end() ? -1 : static_cast<int>(found - leaves.begin());
}

Json network_json(const NetworkInfo& network) {
  Json leaves = Json::array();
  for (const NetworkInfo::Leaf& leaf : network.leaves)
    leaves.push_back({{"name", leaf.name}, {"hosts", leaf.hosts}});
  return {{"source", network.source},
          {"origin", network.origin},
          {"leaves", std::move(leaves)},
          {"rails", network.rails},
          {"not_together", network.not_together},
          {"no_hops", network.no_hops},
          {"rounds", network.rounds}};
}

NetworkInfo read_network(const FieldReader& fields) {
  NetworkInfo network;
  network.source = fields.required_text("source");
  network.origin = fields.text("origin").value_or("");
  for (const FieldReader& leaf : fields.objects("leaves"))
    network.leaves.push_back({leaf.required_text("name"), leaf.texts("hosts")});
  network.rails = fields.texts("rails");
  network.not_together = fields.text("not_together").value_or("");
  network.no_hops = fields.text("no_hops").value_or("");
  network.rounds = fields.integer("rounds").value_or(0);
  return network;
}

}  // namespace assay::results
