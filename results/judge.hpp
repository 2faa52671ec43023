#pragma once

#include <vector>

#include "results/profile.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// When a difference counts. Both the relative and the statistical condition must hold.
struct JudgeOptions {
  double warn_deficit = 0.035;  ///< named in the reason, passes
  double fail_deficit = 0.07;   ///< sound parts differ by up to 5 % (REFERENCE: spread)
  /// Of what a port carries, below it named in the reason, passes: TCP by one stream does not fill
  /// a fast port. Public gates ask for 0.9 of InfiniBand's (REFERENCE), TCP in frames of 1,500
  /// bytes can have 0.94.
  double port_share = 0.9;
  double false_discovery_rate = 0.01;  ///< over all cells, Benjamini-Hochberg
  /// A part is convicted only if it was found slow again, in records with confirmation > 0.
  int confirmations = 2;
};

/// Judges a run: every check against the profile's figure where it has one, else against peers,
/// saying which. Pure: the same run gives the same verdict, on any machine.
/// What a level requires and the run lacks is `inconclusive`, never a pass.
[[nodiscard]] Verdict judge(const Run& run, const Profile* profile,
                            const JudgeOptions& options = {});

/// A part that the records so far make suspect, to be measured again.
struct Suspicion {
  enum class Kind { device, pair, gpu_pair } kind = Kind::device;
  int rank = 0;                 ///< the device's; of a pair the sender; of a pair of GPUs -1
  int to_rank = -1;             ///< of a pair the receiver
  std::string benchmark;        ///< matmul, memory, copy, pair, peer_copy
  std::string memory = "host";  ///< device: of the rank's GPU
};

/// What to measure again before a verdict: empty when nothing looks slow or wrong.
[[nodiscard]] std::vector<Suspicion> suspicions(const Run& run, const JudgeOptions& options = {});

}  // namespace assay::results
