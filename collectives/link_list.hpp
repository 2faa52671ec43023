#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "collectives/transport.hpp"

namespace assay::collectives {

/// The links of one direction, each once, and where each stands in the list.
class LinkList {
 public:
  std::size_t add(const Link& link) {
    const auto [entry, is_new] = index_.try_emplace(link, links_.size());
    if (is_new) links_.push_back(link);
    return entry->second;
  }
  [[nodiscard]] const std::vector<Link>& links() const noexcept { return links_; }

 private:
  std::vector<Link> links_;
  std::map<Link, std::size_t> index_;
};

}  // namespace assay::collectives
