#pragma once

#include <string>

#include "results/judge/link_table.hpp"
#include "results/locate/locate.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// True where `part`, if it is slow, slows `link`.
[[nodiscard]] bool covers(const LinkTable& table, const SlowPart& part, const LinkId& link);

/// "n2 to send", "uplink of leaf1", "n1->n5": what reasons call it.
[[nodiscard]] std::string part_name(const LinkTable& table, const SlowPart& part);

/// A suspect with the part's kind, name, direction, peer, rail and host, and nothing else.
[[nodiscard]] Suspect name_part(const LinkTable& table, const SlowPart& part);

/// What to do about a part; `suspect` has its names.
[[nodiscard]] std::string action_of(const LinkTable& table, const SlowPart& part,
                                    const Suspect& suspect);

/// A convicted part in words, with its evidence and what to do.
[[nodiscard]] Suspect suspect_of(const LinkTable& table, const SlowPart& part,
                                 const Location& location, const NetworkInfo& network);

/// A link that a profile fails: which of its ends keeps it from that is not known.
[[nodiscard]] Suspect suspect_below_profile(const LinkTable& table, const LinkId& link,
                                            const Check& check);

}  // namespace assay::results
