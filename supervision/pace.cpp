#include "supervision/pace.hpp"

#include <algorithm>
#include <cmath>

namespace assay::supervision {

Seconds beat_period(int ranks, const SupervisorOptions& options) noexcept {
  constexpr Seconds shortest{0.5};
  constexpr Seconds per_rank{0.001};  // a thousand lines a second are about 1 % of a core
  constexpr double beats_in_a_silence = 4;
  const Seconds wanted = std::max(shortest, per_rank * ranks);
  return std::min(wanted, options.silence / beats_in_a_silence);
}

void wait_for_any(std::vector<pollfd>& polled, Seconds span) noexcept {
  constexpr double milliseconds_per_second = 1e3;
  const int milliseconds = static_cast<int>(std::ceil(span.value * milliseconds_per_second));
  ::poll(polled.data(), static_cast<nfds_t>(polled.size()), milliseconds);
}

}  // namespace assay::supervision
