#pragma once

#include <span>
#include <vector>

#include "results/locate/look.hpp"

namespace assay::results {

/// One repeat: the logarithm of its rate against what sound links of its class and rail reached in
/// the same round of repeats.
struct Sample {
  LinkId link;
  int round = 0;
  float value = 0;
  float drift_variance = 0;  ///< what comparing with few peers leaves in doubt
};

/// A link that the first round measured and found nothing slow about.
[[nodiscard]] bool is_peer(const LinkMeasurements& measured, const Look& first, const LinkId& link);

/// All repeats, by rail and link, then round, held against the peers of their round; a round
/// without any is held against the first round.
[[nodiscard]] std::vector<Sample> compare_repeats(const LinkMeasurements& measured,
                                                  const Look& first, const NoiseByClass& noise);

/// The samples of one rail.
[[nodiscard]] std::span<const Sample> of_rail(std::span<const Sample> samples, int rail);

/// Calls `use` with the samples of each link in turn.
template <class Use>
void for_each_link(std::span<const Sample> samples, const Use& use) {
  for (std::size_t begin = 0; begin < samples.size();) {
    std::size_t end = begin + 1;
    while (end < samples.size() && samples[end].link == samples[begin].link) ++end;
    use(samples.subspan(begin, end - begin));
    begin = end;
  }
}

/// The median of each repeated link.
[[nodiscard]] std::vector<BetterRate> better_rates(std::span<const Sample> samples,
                                                   const LinkSpace& space, const Look& look);

/// The noise with what the repeats of the same links show of it; never less.
[[nodiscard]] NoiseByClass noise_with_repeats(const NoiseByClass& noise,
                                              std::span<const Sample> samples,
                                              const LinkSpace& space);

}  // namespace assay::results
