#include "collectives/direct/meeting_place.hpp"

#include <fmt/format.h>

#include <new>

#include "core/error.hpp"

namespace assay::collectives {

MeetingPlace::MeetingPlace(Bootstrap& bootstrap, Transport& transport)
    : lines_{transport.allocate_registered(static_cast<std::size_t>(bootstrap.size()) *
                                           sizeof(Line))} {
  if (!lines_)
    throw UnavailableError{fmt::format(
        "ranks cannot reach into each other's buffers by transport {}", transport.name())};
  for (int peer = 0; peer < ranks(); ++peer)
    new (lines_->mine() + static_cast<std::size_t>(peer) * sizeof(Line)) Line;
  bootstrap.barrier();
}

MeetingPlace::Line& MeetingPlace::line(int at, int peer) const noexcept {
  return *std::launder(
      reinterpret_cast<Line*>(lines_->of(at) + static_cast<std::size_t>(peer) * sizeof(Line)));
}

void MeetingPlace::show(Addresses mine) noexcept {
  for (int peer = 0; peer < ranks(); ++peer)
    if (peer != rank()) line(peer, rank()).addresses = mine;
}

void MeetingPlace::arrive() noexcept {
  ++meetings_;
  for (int peer = 0; peer < ranks(); ++peer)
    if (peer != rank()) line(peer, rank()).meetings.store(meetings_, std::memory_order_release);
}

int MeetingPlace::missing(int from) const noexcept {
  const auto is_here = [&](int peer) {
    return peer == rank() ||
           line(rank(), peer).meetings.load(std::memory_order_acquire) >= meetings_;
  };
  while (from < ranks() && is_here(from)) ++from;
  return from;
}

MeetingPlace::Addresses MeetingPlace::shown_by(int peer) const noexcept {
  return line(rank(), peer).addresses;
}

}  // namespace assay::collectives
