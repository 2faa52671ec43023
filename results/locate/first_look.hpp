#pragma once

#include "results/locate/locate.hpp"
#include "results/locate/look.hpp"

namespace assay::results {

/// What the first round alone shows: the greater part of the work, and the same however often is
/// measured again.
struct FirstLook {
  NoiseByClass noise;
  Look look;
};

/// Looks at the first round. `measured` must outlive what is returned.
[[nodiscard]] FirstLook look_at_first(const LinkMeasurements& measured,
                                      const LocateOptions& options);

/// As `locate` of all that was measured, where the first round was looked at before.
[[nodiscard]] Location locate_after(const FirstLook& first, const LinkMeasurements& measured,
                                    const LocateOptions& options);

}  // namespace assay::results
