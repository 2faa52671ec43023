#pragma once

#include "results/judge.hpp"
#include "results/profile.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// Holds what each node's links reached on each rail against what the ports carry that they went
/// by: the device that the rail is named for, else those that counted what the links sent. Adds
/// `network/port` for each: what the node sends or receives at best, whichever is less, beside the
/// ports' rate. Below `options.port_share` of it passes with a reason, below a profile's floor (a
/// share, as ports differ) fails; more than a port can carry is inconclusive. Skipped with the
/// reason: virtual devices, whose speed limits nothing, and where it is not known which port it
/// was or what it carries. Suspects are nodes, or nics of several rails; what is suspected already
/// gets the evidence. To be called after judge_links.
/// Cost   links plus nodes x devices.
void judge_network_ports(const Run& run, const Profile* profile, const JudgeOptions& options,
                         Verdict& verdict);

}  // namespace assay::results
