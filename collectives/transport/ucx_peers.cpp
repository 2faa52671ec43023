#include "collectives/transport/ucx_peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collectives/byte_list.hpp"
#include "core/error.hpp"

namespace assay::collectives {

std::vector<UcxPeer> introduce(Bootstrap& bootstrap, const std::string& host,
                               const UcxRails& rails) {
  ByteWriter mine;
  mine.add_text(host);
  mine.add(rails.size());
  for (const auto& rail : rails) mine.add_list(rail->address());
  std::vector<UcxPeer> peers;
  for (const auto& told : bootstrap.all_gather(mine.bytes())) {
    ByteReader reader{told};
    UcxPeer peer;
    peer.host = reader.take_text();
    peer.number_on_host = static_cast<int>(std::ranges::count(peers, peer.host, &UcxPeer::host));
    const auto rail_count = reader.take<std::size_t>();
    if (rail_count != rails.size())
      throw UsageError{fmt::format("rank {} has {} rails and rank {} has {}", peers.size(),
                                   rail_count, bootstrap.rank(), rails.size())};
    for (std::size_t rail = 0; rail < rail_count; ++rail)
      peer.addresses.push_back(reader.take_list<std::byte>());
    peers.push_back(std::move(peer));
  }
  return peers;
}

bool moves(const UcxRails& rails, MemoryKind kind) {
  return std::ranges::all_of(rails, [kind](const auto& rail) { return rail->moves(kind); });
}

}  // namespace assay::collectives
