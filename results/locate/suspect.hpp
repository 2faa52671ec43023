#pragma once

#include <vector>

#include "results/locate/rail_matrix.hpp"

namespace assay::results {

/// What a set of links that are slow together has in common. A path is no shape: there may be
/// millions.
enum class Shape {
  end,          ///< all links that a node sends or receives
  node_across,  ///< of these, only those to other leaves: the cable that its traffic takes
  uplink,       ///< all links out of a leaf or into it
  block,        ///< links from one leaf to another, or within one
  to_node,      ///< links from one leaf to one node of another: a cable, routed by destination
  from_node,    ///< links from one node to one other leaf: a cable, routed by source
  fan,          ///< links from one leaf to some nodes of others, or from them to it: a cable of it
};

/// Links of one rail that were slow together.
struct SlowSet {
  Shape shape = Shape::end;
  int rail = 0;
  Direction direction = Direction::send;
  int subject = 0;              ///< node of end, node_across and from_node; otherwise leaf
  int peer = SlowPart::nobody;  ///< leaf of block and from_node, node of to_node
  float level = 0;              ///< logarithm of what they reach of what sound links reach
  std::vector<int> far = {};    ///< of a fan: the nodes of other leaves, ascending
};

[[nodiscard]] bool covers(const SlowSet& suspect, const LinkSpace& space, const LinkId& link);

/// True where a link tells of the suspect although others, down to `others`, cover it, too: they
/// are not slow by `warn`, or less than half as slow as the suspect.
[[nodiscard]] inline bool tells_of(const SlowSet& suspect, float others, float warn) {
  return others > warn || others > suspect.level / 2;
}

/// True where a link may tell of the suspect at least by what it is slower than `others` explain.
[[nodiscard]] inline bool may_tell_of(const SlowSet& suspect, float others) {
  constexpr float clearly_less = 0.75F;
  return others > clearly_less * suspect.level;
}

/// What the suspects of one rail leave of each link, as logarithms: 0 where nothing is suspected.
class Levels {
 public:
  explicit Levels(const LinkSpace& space);

  void add(const SlowSet& suspect);
  /// The slowest of what covers the link, but for `except`.
  [[nodiscard]] float explained(const LinkId& link, const SlowSet* except = nullptr) const;
  [[nodiscard]] float of_end(Direction direction, int node) const {
    return ends_[static_cast<std::size_t>(direction)][static_cast<std::size_t>(node)];
  }
  [[nodiscard]] std::size_t nodes() const { return ends_[0].size(); }

 private:
  using ByPlace = std::vector<float>;
  /// By subject, then by peer; a row is empty where no suspect has that subject.
  using ByPair = std::vector<ByPlace>;

  [[nodiscard]] float explained_by_pairs(const LinkId& link, const SlowSet* except) const;
  void lower_pair(ByPair& pairs, int subject, int peer, std::size_t peers, float level);

  const LinkSpace* space_;
  ByPlace ends_[2];
  ByPlace across_[2];
  ByPlace uplinks_[2];
  bool has_pairs_ = false;
  ByPair blocks_;
  ByPair to_nodes_;
  ByPair from_nodes_;
  ByPair fans_[2];
};

}  // namespace assay::results
