#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Judges what hosts told of their cards' links (records of benchmark host_link). Adds `host/link`
/// for each: an InfiniBand port must be up where most hosts' is, and no link of a card for the
/// network may be narrower or slower than both of its ends can do, or than most hosts' equal card
/// is; and `host/cards` of each host: it must have as many cards of each kind as most hosts. GPUs
/// lower their links while idle, and gpu/pcie judges them. A node that is suspected already gets
/// the evidence; to be called after what measures links.
void judge_host_links(const Run& run, Verdict& verdict);

}  // namespace assay::results
