#pragma once

#include "collectives/bootstrap.hpp"
#include "core/clock.hpp"
#include "core/native/posix.hpp"

namespace assay::collectives::device {

/// Collective over processes of one host: rank 0's open file on all of them, each by a descriptor
/// of its own, through a socket that only this user's processes are heard on. `mine`   on rank 0
/// what it shares, elsewhere nothing; rank 0 gets it back. Throws   the same on all ranks: Error if
/// one fails, or does not come before `patience` is over.
[[nodiscard]] native::FileDescriptor share_descriptor(Bootstrap& processes,
                                                      native::FileDescriptor mine,
                                                      Seconds patience);

}  // namespace assay::collectives::device
