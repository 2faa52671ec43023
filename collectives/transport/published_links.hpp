#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"

namespace assay::collectives {

/// What one rank told the others about the links that end at it.
struct PublishedLinks {
  std::vector<std::byte> note;  ///< the transport's own words: where its memory is
  std::vector<Link> links;      ///< in the order of its `incoming`

  /// Position of `link` among the links.
  /// Throws  Error if the receiving rank did not open it.
  [[nodiscard]] std::size_t index_of(const Link& link) const;
};

/// Collective: tells all ranks this rank's incoming links and its note; by rank, what all told.
[[nodiscard]] std::vector<PublishedLinks> publish_links(Bootstrap& bootstrap,
                                                        std::span<const Link> incoming,
                                                        std::span<const std::byte> note);

}  // namespace assay::collectives
