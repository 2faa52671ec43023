#include "collectives/transport/published_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"

namespace assay::collectives {

std::size_t PublishedLinks::index_of(const Link& link) const {
  const auto found = std::find(links.begin(), links.end(), link);
  if (found == links.end())
    throw Error{"assay", 0,
                fmt::format("rank {} did not open the link from rank {} on lane {}", link.to,
                            link.from, link.lane)};
  return static_cast<std::size_t>(found - links.begin());
}

std::vector<PublishedLinks> publish_links(Bootstrap& bootstrap, std::span<const Link> incoming,
                                          std::span<const std::byte> note) {
  const auto links = std::as_bytes(incoming);
  std::vector<std::byte> message(note.begin(), note.end());
  message.insert(message.end(), links.begin(), links.end());
  const std::uint64_t note_bytes = note.size();
  const auto prefix = std::as_bytes(std::span{&note_bytes, 1});
  message.insert(message.begin(), prefix.begin(), prefix.end());

  std::vector<PublishedLinks> published;
  for (const auto& told : bootstrap.all_gather(message)) {
    std::uint64_t length = 0;
    std::memcpy(&length, told.data(), sizeof length);
    PublishedLinks peer;
    const std::byte* begin = told.data() + sizeof length;
    peer.note.assign(begin, begin + length);
    peer.links.resize((told.size() - sizeof length - length) / sizeof(Link));
    if (!peer.links.empty())
      std::memcpy(peer.links.data(), begin + length, peer.links.size() * sizeof(Link));
    published.push_back(std::move(peer));
  }
  return published;
}

}  // namespace assay::collectives
