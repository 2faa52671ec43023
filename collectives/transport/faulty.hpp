#pragma once

#include <memory>
#include <vector>

#include "collectives/transport.hpp"
#include "core/units.hpp"

namespace assay::collectives {

/// Something wrong, on purpose, with what one rank sends. For tests of Assay itself.
struct TransportFault {
  enum class Kind {
    slow,     ///< every message takes longer: the rank sends at (1 - share) of its speed
    delay,    ///< every message leaves `delay` late
    drop,     ///< every `every`-th message is never sent
    corrupt,  ///< one bit of every `every`-th message is flipped
  };
  Kind kind = Kind::slow;
  double share = 0;
  Seconds delay;
  int every = 1;
};

/// The same transport with `faults` in everything this rank sends.
[[nodiscard]] std::unique_ptr<Transport> make_faulty_transport(std::unique_ptr<Transport> sound,
                                                               std::vector<TransportFault> faults);

}  // namespace assay::collectives
