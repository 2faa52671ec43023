#include "collectives/transport/ucx.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <exception>
#include <vector>

#include "collectives/together.hpp"
#include "collectives/transport/ucx_devices.hpp"
#include "collectives/transport/ucx_opening.hpp"
#include "collectives/transport/ucx_peers.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// Between two looks for a device whose carrier is gone.
constexpr Seconds carrier_pause{0.25};

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size()) != 0) throw_system_error("gethostname");
  return name.data();
}

/// The devices to use, as UCX calls them; one without a name if UCX is to choose.
std::vector<std::string> devices_of(const TransportOptions& options) {
  if (options.rails.empty()) return {""};
  const auto known = native::ucx_network_devices();
  std::vector<std::string> devices;
  for (const std::string& rail : options.rails) {
    devices.push_back(
        find_ucx_device(rail, known, options.host.empty() ? host_name() : options.host));
    if (std::ranges::count(devices, devices.back()) > 1)
      throw UsageError{fmt::format("rail '{}' is named twice", rail)};
  }
  return devices;
}

/// UCX leaves out devices whose carrier is gone, both here and at peers. While that may be what
/// `attempt` fails for, it is made anew. Collective over `bootstrap`, as the attempt must be, which
/// throws on all ranks or on none.
template <class Attempt>
auto with_patience(Bootstrap& bootstrap, Seconds patience, Attempt attempt) {
  const auto deadline = Deadline::after(patience);
  while (true) {
    std::exception_ptr problem;
    try {
      return attempt();
    } catch (const UnavailableError&) {
      problem = std::current_exception();
    } catch (const UsageError&) {
      problem = std::current_exception();
    }
    if (from_rank_zero(bootstrap, deadline.passed())) std::rethrow_exception(problem);
    sleep_for(carrier_pause);
  }
}

class UcxTransport final : public Transport {
 public:
  UcxTransport(Bootstrap& bootstrap, const TransportOptions& options)
      : bootstrap_{bootstrap}, options_{options} {
    with_patience(bootstrap_, options_.carrier_patience, [&] { begin(); });
  }

  std::string_view name() const noexcept override { return "ucx"; }

  bool moves_device_memory() const noexcept override { return moves(rails_, MemoryKind::cuda); }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    bool again = false;
    return with_patience(bootstrap_, options_.carrier_patience, [&] {
      if (again) begin();
      again = true;
      UcxOpening opening{bootstrap_, rails_, peers_, outgoing, incoming, shape};
      opening.publish();
      together(bootstrap_, [&] { opening.connect(); });
      together(bootstrap_, [&] { opening.meet(); });
      return opening.ends();
    });
  }

  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t) override { return nullptr; }

 private:
  /// Collective: with the devices that there are now.
  void begin() {
    rails_.clear();
    together(bootstrap_, [&] {
      for (const std::string& device : devices_of(options_))
        rails_.push_back(std::make_shared<UcxRail>(device, bootstrap_.rank(), bootstrap_.size()));
    });
    peers_ = introduce(bootstrap_, options_.host.empty() ? host_name() : options_.host, rails_);
  }

  Bootstrap& bootstrap_;
  TransportOptions options_;
  UcxRails rails_;
  std::vector<UcxPeer> peers_;  ///< by rank
};

}  // namespace

std::unique_ptr<Transport> make_ucx_transport(Bootstrap& bootstrap,
                                              const TransportOptions& options) {
  return std::make_unique<UcxTransport>(bootstrap, options);
}

std::string ucx_library_version() { return ucp_get_version_string(); }

void check_ucx_transport(const TransportOptions& options, bool between_hosts) {
  for (const std::string& device : devices_of(options)) {
    constexpr int ranks = 1;
    UcxRail alone{device, 0, ranks};
    // A way to itself tells whether there is any: UCX looks for transports no sooner.
    static_cast<void>(alone.connect(0, host_name(), alone.address(), between_hosts));
  }
}

}  // namespace assay::collectives
