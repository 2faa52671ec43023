#include "collectives/transport/ucx.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "collectives/collective.hpp"
#include "collectives/transport/ucx_devices.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/native/ucx.hpp"
#include "tests/collectives/ranks_as_threads.hpp"
#include "tests/collectives/two_processes.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::collectives {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Sets a variable of the environment while it lives.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_{name} {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value, 1);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  ~Setting() {
    if (old_)
      ::setenv(name_, old_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TransportOptions on_rails(std::vector<std::string> rails, const Bootstrap& bootstrap) {
  return {std::move(rails), "host" + std::to_string(bootstrap.rank()), {}};
}

const Algorithm& ring() { return find_algorithm(Operation::all_reduce, "ring"); }

/// Sums numbers that tell ranks and places apart, in lengths that are sent in each way.
void expect_right_sums(Bootstrap& bootstrap, Transport& transport, int lanes) {
  const int ranks = bootstrap.size();
  for (const Algorithm& algorithm : algorithms(Operation::all_reduce)) {
    const auto collective = make_collective(algorithm, {.lanes = lanes, .order = {}}, bootstrap,
                                            transport, {DataType::int32}, {});
    for (const std::size_t count : {0, 1, 3, 1000, 300'001}) {
      std::vector<int> data(count);
      for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<int>(i) + bootstrap.rank();
      ASSERT_FALSE(collective->run(data.data(), data.data(), count, Deadline::after(60_s)));
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(data[i], static_cast<int>(i) * ranks + ranks * (ranks - 1) / 2)
            << algorithm.name << ", " << count;
    }
    bootstrap.barrier();
  }
}

TEST(UcxTransport, CarriesEveryAlgorithmWithinAHostAndBetweenHosts) {
  for (const bool is_wide : {false, true})
    run_ranks(3, [&](Bootstrap& bootstrap) {
      TransportOptions options;
      if (is_wide) options = on_rails({}, bootstrap);
      const auto transport = make_ucx_transport(bootstrap, options);
      expect_right_sums(bootstrap, *transport, 1);
    });
}

TEST(UcxTransport, SpreadsLanesOverRails) {
  const auto devices = native::ucx_network_devices();
  if (devices.size() < 2) GTEST_SKIP() << "one network device";
  const std::vector<std::string> rails(devices.begin(), std::next(devices.begin(), 2));
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = make_ucx_transport(bootstrap, on_rails(rails, bootstrap));
    expect_right_sums(bootstrap, *transport, 3);
  });
}

TEST(UcxTransport, RefusesRailsThatAreNotThere) {
  const auto with = [](std::vector<std::string> rails) {
    return [=] { check_ucx_transport({rails, ""}, true); };
  };
  EXPECT_THAT(with({"lo", "nix0"}),
              ThrowsMessage<UsageError>(AllOf(HasSubstr("no rail 'nix0'"), HasSubstr("lo"))));
  EXPECT_THAT(with({"lo", "lo"}), ThrowsMessage<UsageError>("rail 'lo' is named twice"));
}

TEST(UcxTransport, FailsOnAllRanksIfOneLacksARail) {
  std::vector<int> refused(2);
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const int rank = bootstrap.rank();
    const std::string rail = rank == 0 ? "lo" : "nix0";
    EXPECT_THAT([&] { (void)make_ucx_transport(bootstrap, on_rails({rail}, bootstrap)); },
                ThrowsMessage<UsageError>(HasSubstr("no rail 'nix0'")));
    refused[static_cast<std::size_t>(rank)] = 1;
  });
  EXPECT_THAT(refused, testing::Each(1));
}

TEST(UcxTransport, SaysWhatItTriedWhereThereIsNoWay) {
  // Memory shared with another host, as far as it knows.
  const Setting setting{"UCX_TLS", "sm,self"};
  check_ucx_transport({}, false);
  EXPECT_THAT([] { check_ucx_transport({}, true); },
              ThrowsMessage<UnavailableError>(HasSubstr("tried UCX_TLS=")));
  run_ranks(2, [](Bootstrap& bootstrap) {
    const int peer = 1 - bootstrap.rank();
    const auto transport = make_ucx_transport(bootstrap, on_rails({}, bootstrap));
    const std::vector<Link> out{{bootstrap.rank(), peer, 0}};
    const std::vector<Link> in{{peer, bootstrap.rank(), 0}};
    EXPECT_THAT(
        [&] {
          (void)transport->open(out, in, {64, 2});
        },
        ThrowsMessage<UnavailableError>(
            AllOf(HasSubstr("no way to rank 1 on host1"), HasSubstr("tried UCX_TLS="))));
  });
}

TEST(UcxTransport, WaitsForADeviceThatComesBack) {
  const Setting setting{"UCX_TLS", "sm,self"};
  std::atomic<int> open{0};
  std::jthread later{[] {
    sleep_for(0.5_s);
    ::setenv("UCX_TLS", "tcp", 1);
  }};
  run_ranks(2, [&](Bootstrap& bootstrap) {
    auto options = on_rails({}, bootstrap);
    options.carrier_patience = 30_s;
    const auto transport = make_ucx_transport(bootstrap, options);
    expect_right_sums(bootstrap, *transport, 1);
    ++open;
  });
  EXPECT_EQ(open, 2);
}

TEST(UcxTransport, NamesAPeerThatWasKilled) {
  const auto collective_of = [](Bootstrap& bootstrap, Transport& transport) {
    return make_collective(ring(), {}, bootstrap, transport, {}, {});
  };
  std::vector<float> data(1000);
  const int status = run_two_processes(
      [&](Bootstrap& bootstrap) {
        const auto transport = make_ucx_transport(bootstrap, on_rails({}, bootstrap));
        const auto collective = collective_of(bootstrap, *transport);
        ASSERT_FALSE(collective->run(data.data(), data.data(), data.size(), Deadline::after(60_s)));
        const Seconds begin = steady_now();
        const auto lost =
            collective->run(data.data(), data.data(), data.size(), Deadline::after(60_s));
        ASSERT_TRUE(lost);
        EXPECT_EQ(lost->waiting_for, 1);
        ASSERT_NE(lost->failure, nullptr);
        EXPECT_THAT(lost->failure, HasSubstr("host1"));
        EXPECT_LT(steady_now() - begin, 30_s);  // sooner than the deadline
      },
      [&](Bootstrap& bootstrap) {
        const auto transport = make_ucx_transport(bootstrap, on_rails({}, bootstrap));
        const auto collective = collective_of(bootstrap, *transport);
        static_cast<void>(
            collective->run(data.data(), data.data(), data.size(), Deadline::after(60_s)));
        ::raise(SIGKILL);
      });
  EXPECT_TRUE(WIFSIGNALED(status));
}

class FindUcxDevice : public results::TemporaryFolder {
 protected:
  [[nodiscard]] std::string find(const std::string& rail,
                                 const std::set<std::string>& devices) const {
    return find_ucx_device(rail, devices, "n2", folder());
  }
  void has(const std::string& file, const std::string& text) const {
    const auto path = folder() / "sys/class" / file;
    std::filesystem::create_directories(path.parent_path());
    put(path, text);
  }
};

TEST_F(FindUcxDevice, KnowsAnAdapterByItsOnlyPort) {
  const std::set<std::string> devices{"eth0", "mlx5_0:1", "mlx5_1:1", "mlx5_1:2", "mlx5_10:1"};
  EXPECT_EQ(find("eth0", devices), "eth0");
  EXPECT_EQ(find("mlx5_0", devices), "mlx5_0:1");
  EXPECT_EQ(find("mlx5_1:2", devices), "mlx5_1:2");
  EXPECT_THAT([&] { (void)find("mlx5_1", devices); },
              ThrowsMessage<UsageError>(HasSubstr("name one of mlx5_1:1, mlx5_1:2")));
  EXPECT_THAT(
      [&] { (void)find("mlx5", devices); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("no rail 'mlx5' on n2"), HasSubstr("eth0"))));
  EXPECT_THAT([&] { (void)find("eth0", {}); },
              ThrowsMessage<UsageError>(HasSubstr("UCX finds none")));
}

TEST_F(FindUcxDevice, SaysOfOneThatIsThereInWhatStateItsLinkIs) {
  has("net/eth1/operstate", "down\n");
  has("infiniband/mlx5_0/ports/1/state", "1: DOWN\n");
  has("infiniband/mlx5_1/ports/2/state", "2: INIT\n");
  const auto refused = [&](const std::string& rail, const std::string& state) {
    EXPECT_THAT(
        [&] { (void)find(rail, {"eth0"}); },
        ThrowsMessage<UnavailableError>(HasSubstr("rail '" + rail +
                                                  "' of n2 cannot be used: the kernel says of its "
                                                  "link '" +
                                                  state + "'")));
  };
  refused("eth1", "down");
  refused("mlx5_0", "1: DOWN");
  refused("mlx5_0:1", "1: DOWN");
  refused("mlx5_1:2", "2: INIT");
}

}  // namespace
}  // namespace assay::collectives
