#pragma once

#include <cstdint>
#include <vector>

#include "results/locate/links.hpp"

namespace assay::results {

/// Kinds of part that can be slow, from small to large.
enum class LinkPart {
  path,    ///< one directed pair on one rail, or on all of them
  nic,     ///< one rail of a node, where it has several
  node,    ///< all rails of a node
  uplink,  ///< what joins a leaf to the others, or one cable of it, or two leaves to each other
  fabric_switch,  ///< most nodes of a leaf on one rail, or on all
};
enum class Direction { send, receive, both };

/// A part found slow, or not yet decided.
struct SlowPart {
  enum class State {
    convicted,  ///< slow at first and in the repeats
    suspected,  ///< slow so far; `measure_again` would tell
    undecided,  ///< as slow as a fault, but too noisy to be sure, and nothing more to measure
  };
  static constexpr int all_rails = -1;
  static constexpr int nobody = -1;

  LinkPart part = LinkPart::path;
  State state = State::suspected;
  int subject = 0;    ///< node; of uplink and switch the leaf
  int peer = nobody;  ///< of a path the other node; of an uplink between two leaves the other one
  int rail = all_rails;
  Direction direction = Direction::send;
  double deficit = 0;            ///< share, 0..1, of what its peers reach
  double confidence = 0;         ///< 1 - p of the evidence that was not used to select it
  std::vector<LinkId> evidence;  ///< of the first round, worst first; a few
  std::vector<int> confirming;   ///< sound nodes with which repeats found it slow
};

/// When a difference counts: both the relative and the statistical condition must hold.
struct LocateOptions {
  double warn_deficit = 0.035;  ///< from here on a part is named
  double fail_deficit = 0.07;   ///< and from here on it fails the run
  /// Over all cells, Benjamini-Hochberg. A fifth of the one sound network in a thousand that may be
  /// accused: that far out, noise a fiftieth larger than estimated doubles what chance shows.
  double false_discovery_rate = 0.0002;
  int confirmations = 2;    ///< repeats, and distinct sound partners, that a conviction needs
  int repeats_at_most = 8;  ///< rounds of repeats after which what is not settled stays undecided
};

/// What the measurements so far say.
struct Location {
  std::vector<SlowPart> parts;  ///< worst first
  /// Links whose next measurement would settle what is suspected: suspects with sound partners,
  /// and sound links of the same kind beside them; rail by rail. Empty: all is settled.
  std::vector<LinkId> measure_again;
  std::vector<double> expected;  ///< by class (within a leaf, across) and rail: what sound links
                                 ///< reach; NaN where there are none
  double noise = 0;              ///< relative, of one link's rate
  std::size_t measured = 0;      ///< links of the first round
};

/// Finds slow parts of a network.
///
/// Model    rate(i, j) = min(send_i, receive_j, uplink, path) x noise, by rail, against links of
/// the
///          same class: those within leaves, those across. An upper envelope of a row
///          estimates send_i, of a column receive_j: it survives bad partners, where a mean does
///          not. The same model one level up, on blocks of leaves, finds uplinks; what neither end
///          nor uplink explains is a path. All rails of a node are the node; one rail of most nodes
///          of a leaf is its switch.
/// Decides  by both conditions, the false discovery rate controlled over all cells; a part
///          is convicted only when it is slow again in repeats, with at least
///          `confirmations` different sound partners (paths: in as many repeats). A path is
///          measured again as long as it can still turn out either way.
/// Limits   With two nodes nothing tells which end is at fault: only paths are found. A leaf
///          with one node cannot be told from that node: the node is named.
/// Cost     linear in the cells: 4,096 nodes with 8 rails in 6 to 8 s on one core.
[[nodiscard]] Location locate(const LinkMeasurements& measured, const LocateOptions& options = {});

}  // namespace assay::results
