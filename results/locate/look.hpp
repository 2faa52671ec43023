#pragma once

#include <array>
#include <vector>

#include "results/locate/noise.hpp"
#include "results/locate/paths.hpp"
#include "results/locate/suspect.hpp"

namespace assay::results {

/// What the rates of one rail show.
struct RailLook {
  std::array<double, link_classes> reference{};
  std::array<double, link_classes> spread{};  ///< of sound ends among each other
  std::vector<SlowSet> suspects;
  Levels levels;               ///< of the suspects
  std::vector<SlowLink> slow;  ///< beyond what the suspects explain; in the order of the links
  std::vector<bool> is_slow;   ///< the same by sender and receiver

  /// True where nothing slow is known of the link.
  [[nodiscard]] bool is_sound(const LinkId& link) const;
};

/// A link's rate as known by repeats, as logarithm.
struct BetterRate {
  LinkId link;
  float value = 0;
};

/// All rails of a network, looked at alike.
class Look {
 public:
  /// At the first round.
  Look(const LinkMeasurements& measured, const NoiseByClass& noise, const LocateOptions& options);
  /// Again, where `better` (sorted by rail) replaces first rates. Rails without any look as at
  /// `first`, whose noise it was, too; where there are many links, only single ones look different.
  Look(const LinkMeasurements& measured, const NoiseByClass& noise, const LocateOptions& options,
       const std::vector<BetterRate>& better, const Look* first);

  [[nodiscard]] const RailLook& rail(int rail) const {
    return rails_[static_cast<std::size_t>(rail)];
  }
  [[nodiscard]] const std::vector<RailLook>& rails() const { return rails_; }

 private:
  std::vector<RailLook> rails_;
};

}  // namespace assay::results
