#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"
#include "collectives/transport/ucx_link.hpp"
#include "collectives/transport/ucx_peers.hpp"

namespace assay::collectives {

/// What the opening of a set of links takes: memory, the peers' word on theirs, endpoints.
class UcxOpening {
 public:
  /// `peers` must outlive it.
  UcxOpening(Bootstrap& bootstrap, const UcxRails& rails, const std::vector<UcxPeer>& peers,
             std::span<const Link> outgoing, std::span<const Link> incoming, LinkShape shape);

  /// Collective: registers this rank's ends and tells the others.
  /// Throws  Error if the memory is not to be had.
  void publish();
  /// Makes endpoints to all peers.
  /// Throws  UnavailableError where there is no way to one; Error if a peer did not open a link.
  void connect();
  /// Waits until all of them have answered.
  /// Throws  UnavailableError if one fails, or does not in time.
  void meet();
  [[nodiscard]] LinkEnds ends();

 private:
  /// One end of a link.
  struct End {
    Link link;
    std::size_t rail = 0;
    std::size_t offset = 0;      ///< in its rail's region
    std::uint32_t number = 0;    ///< that its rail knows it by
    std::byte* rooms = nullptr;  ///< a worker's own; null: they are in the region
  };
  /// What a rank tells of its ends.
  struct Published {
    std::vector<std::vector<std::byte>> keys;  ///< by rail
    std::vector<std::uint64_t> bases;          ///< by rail: where the region begins
    std::vector<End> incoming;
    std::vector<End> outgoing;
  };

  /// The way to a peer.
  struct Way {
    UcxEndpoint* endpoint = nullptr;
    ucp_rkey_h key = nullptr;  ///< to its region
  };

  [[nodiscard]] std::vector<End> place(std::span<const Link> links);
  [[nodiscard]] Published read(std::span<const std::byte> told) const;
  void connect(int peer, std::size_t rail);
  [[nodiscard]] UcxSlots slots_of(const End& end) const;
  [[nodiscard]] UcxLinkEnd link_end(const End& mine, int peer, const End& theirs);

  Bootstrap& bootstrap_;
  const UcxRails& rails_;
  const std::vector<UcxPeer>& peers_;
  LinkShape shape_;
  bool has_own_rooms_;                     ///< the worker's memory has the messages
  std::vector<std::size_t> region_bytes_;  ///< by rail
  std::vector<std::byte*> bases_;          ///< by rail
  std::vector<End> outgoing_;
  std::vector<End> incoming_;
  std::vector<Published> published_;                 ///< by rank
  std::map<std::pair<int, std::size_t>, Way> ways_;  ///< by peer and rail
};

}  // namespace assay::collectives
