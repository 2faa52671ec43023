#pragma once

#include <boost/random/normal_distribution.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "results/locate/locate.hpp"

/// Networks with known faults, measured with noise: the truth that locating is held against.
namespace assay::results::generated {

/// What a network looks like, and how it is measured.
struct Shape {
  int nodes = 8;
  int rails = 1;
  int leaf_size = 0;          ///< 0: all on one leaf
  double noise = 0.01;        ///< sigma of the logarithm of each measurement
  double missing = 0;         ///< share of the links that are not measured, at random
  int partners = 0;           ///< of each node, within its leaf and across; 0: all
  double outliers = 0;        ///< share of measurements that something disturbs
  double drift = 0;           ///< sigma of what a round of repeats differs by as a whole
  double oversubscribed = 1;  ///< what links across leaves reach of those within
};

/// What is injected. A cable is one of `cables_of_a_leaf` of an uplink, routed by receiver.
enum class FaultKind { node, nic, path, uplink, leaf_pair, cable, fabric_switch };
inline constexpr int cables_of_a_leaf = 4;
[[nodiscard]] std::string_view name_of(FaultKind kind);
/// Throws  UsageError for an unknown name.
[[nodiscard]] FaultKind kind_named(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::node;
  int subject = 0;
  int peer = SlowPart::nobody;  ///< of a cable its number
  int rail = SlowPart::all_rails;
  Direction direction = Direction::send;
  double deficit = 0;
};

/// True where the fault slows the link.
[[nodiscard]] bool hits(const Fault& fault, const LinkSpace& space, const LinkId& link);

/// True where the shape has such parts, and more than one, so that they can be told from others.
[[nodiscard]] bool has_kind(const Shape& shape, FaultKind kind);

/// Random numbers that cost little: networks have many millions of links.
/// Source  Steele, Lea and Flood, OOPSLA 2014 (SplitMix).
class Mixer {
 public:
  using result_type = std::uint64_t;
  explicit Mixer(std::uint64_t seed) : state_{seed} {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    state_ += 0x9e3779b97f4a7c15ULL;
    result_type value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
  }

 private:
  std::uint64_t state_;
};

class Network {
 public:
  Network(const Shape& shape, std::vector<Fault> faults, std::uint64_t seed);

  /// The first round, as the shape says.
  [[nodiscard]] LinkMeasurements measure();
  /// A round of repeats of these links.
  [[nodiscard]] std::vector<Repeat> measure_again(const std::vector<LinkId>& links);
  /// What a link would reach without noise.
  [[nodiscard]] double truth(const LinkId& link) const;

  [[nodiscard]] const LinkSpace& space() const { return space_; }
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

 private:
  [[nodiscard]] double truth(const LinkId& link, const std::vector<Fault>& faults) const;
  [[nodiscard]] float noisy(double rate);

  Shape shape_;
  LinkSpace space_;
  std::vector<Fault> faults_;
  float noise_;
  Mixer random_;
  boost::random::normal_distribution<float> normal_;
};

/// A fault of the kind at a random place.
[[nodiscard]] Fault random_fault(const LinkSpace& space, FaultKind kind, double deficit,
                                 std::mt19937_64& random);

/// The live procedure to its end: the first round, then repeats until all is settled.
struct Settled {
  Location location;
  int rounds = 0;            ///< of repeats
  std::size_t repeated = 0;  ///< links measured in them, in all
  double seconds = 0;        ///< of a processor, in the slowest call of locate
};
[[nodiscard]] Settled settle(Network& network, const LocateOptions& options = {});

/// True of a part that is exactly the fault: kind, place, rail and direction.
[[nodiscard]] bool is_exactly(const SlowPart& part, const Fault& fault, const LinkSpace& space);
/// The share of a fault's links that no other fault of the network slows as well: what is hidden
/// behind others cannot be found.
[[nodiscard]] double share_alone(const Network& network, const Fault& fault);
/// True where some fault slows some of the part's links.
[[nodiscard]] bool has_a_reason(const SlowPart& part, const Network& network);

}  // namespace assay::results::generated
