#include "results/judge/pair_model.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <span>

namespace assay::results {

namespace {

enum class End { sender, receiver };

/// Partners that an end must have been measured with to be told apart from the paths.
constexpr std::size_t partners_needed = 2;
/// The upper envelope passes over one of so many cells, as lucky ones (the greatest of up to ten):
/// a mean of the upper cells would hold a bad partner of a few against a sound end.
constexpr std::size_t cells_a_lucky_one = 10;

double upper_envelope(std::span<const double> cells) {
  std::vector<double> rates{cells.begin(), cells.end()};
  const auto lucky = static_cast<std::ptrdiff_t>((rates.size() - 1) / cells_a_lucky_one);
  std::nth_element(rates.begin(), rates.begin() + lucky, rates.end(), std::greater<>{});
  return rates[static_cast<std::size_t>(lucky)];
}

int end_of(const std::pair<int, int>& pair, End end) {
  return end == End::sender ? pair.first : pair.second;
}
int partner_of(const std::pair<int, int>& pair, End end) {
  return end == End::sender ? pair.second : pair.first;
}

/// The rows or columns that have enough cells, as their upper envelopes.
std::map<int, Series> envelopes(const PairMatrix& matrix, End end) {
  std::map<int, std::vector<const Series*>> lines;
  for (const auto& [pair, cell] : matrix) lines[end_of(pair, end)].push_back(&cell);
  std::map<int, Series> found;
  for (const auto& [rank, line] : lines)
    if (line.size() >= partners_needed) found.emplace(rank, combine(line, upper_envelope));
  return found;
}

using Lines = std::map<int, Series>;

std::optional<Comparison> compare_end(const Lines& lines, int rank) {
  const auto own = lines.find(rank);
  if (own == lines.end()) return std::nullopt;
  std::vector<const Series*> peers;
  for (const auto& [other, series] : lines)
    if (other != rank) peers.push_back(&series);
  if (peers.empty()) return std::nullopt;
  return compare_with(own->second, peers);
}

/// The partners with which the end was slow in a round.
std::set<int> slow_partners(const PairMatrix& matrix, End end, int rank,
                            const Comparison& comparison, const JudgeOptions& options) {
  std::set<int> partners;
  for (const auto& [pair, cell] : matrix)
    if (end_of(pair, end) == rank &&
        cell.overall < comparison.reference * (1.0 - options.fail_deficit))
      partners.insert(partner_of(pair, end));
  return partners;
}

/// An end in all rounds.
struct EndPart {
  int rank;
  Part part;
  std::set<int> partners;    ///< with which it was slow in the first round
  std::set<int> confirming;  ///< and in a repeat
};

EndPart end_part(int rank, const Comparison& first, const PairMatrix& matrix, End end,
                 const std::vector<PairMatrix>& repeats, const std::vector<Lines>& repeat_lines,
                 const JudgeOptions& options) {
  EndPart found{rank, {first, {}}, slow_partners(matrix, end, rank, first, options), {}};
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    const auto again = compare_end(repeat_lines[i], rank);
    if (!again) continue;
    found.part.repeats.push_back(*again);
    found.confirming.merge(slow_partners(repeats[i], end, rank, *again, options));
  }
  return found;
}

std::map<int, EndFinding> judge_ends(const PairMatrix& first,
                                     const std::vector<PairMatrix>& repeats, End end,
                                     const JudgeOptions& options) {
  const Lines lines = envelopes(first, end);
  std::vector<Lines> repeat_lines;
  for (const PairMatrix& repeat : repeats) repeat_lines.push_back(envelopes(repeat, end));
  std::vector<EndPart> ends;
  std::vector<Part> family;
  for (const auto& [rank, line] : lines) {
    const auto comparison = compare_end(lines, rank);
    if (!comparison) continue;
    ends.push_back(end_part(rank, *comparison, first, end, repeats, repeat_lines, options));
    family.push_back(ends.back().part);
  }
  const auto findings = decide(family, options);
  std::map<int, EndFinding> found;
  for (std::size_t i = 0; i < ends.size(); ++i)
    found[ends[i].rank] = {findings[i],
                           ends[i].part.first,
                           {ends[i].partners.begin(), ends[i].partners.end()},
                           {ends[i].confirming.begin(), ends[i].confirming.end()}};
  return found;
}

std::set<int> unsound(const std::map<int, EndFinding>& ends) {
  std::set<int> ranks;
  for (const auto& [rank, found] : ends)
    if (found.finding.status != Status::pass) ranks.insert(rank);
  return ranks;
}

/// A cell against those that share an end with it, or against all others where none does; cells of
/// unsound ends do not count.
std::optional<Comparison> compare_path(const PairMatrix& matrix, std::pair<int, int> pair,
                                       const std::set<int>& bad_senders,
                                       const std::set<int>& bad_receivers) {
  const auto own = matrix.find(pair);
  if (own == matrix.end()) return std::nullopt;
  std::vector<const Series*> near;
  std::vector<const Series*> all;
  for (const auto& [other, cell] : matrix) {
    if (other == pair || bad_senders.count(other.first) > 0 ||
        bad_receivers.count(other.second) > 0)
      continue;
    all.push_back(&cell);
    if (other.first == pair.first || other.second == pair.second) near.push_back(&cell);
  }
  const auto& peers = near.size() >= partners_needed ? near : all;
  if (peers.empty()) return std::nullopt;
  return compare_with(own->second, peers);
}

std::map<std::pair<int, int>, PathFinding> judge_paths(const PairMatrix& first,
                                                       const std::vector<PairMatrix>& repeats,
                                                       const PairFindings& ends,
                                                       const JudgeOptions& options) {
  const auto bad_senders = unsound(ends.senders);
  const auto bad_receivers = unsound(ends.receivers);
  std::vector<std::pair<int, int>> pairs;
  std::vector<Part> family;
  std::map<std::pair<int, int>, PathFinding> found;
  for (const auto& [pair, cell] : first) {
    PathFinding& entry = found[pair];
    entry.first = compare_path(first, pair, bad_senders, bad_receivers);
    const bool explained =
        bad_senders.count(pair.first) > 0 || bad_receivers.count(pair.second) > 0;
    if (!entry.first || explained) continue;
    Part part{*entry.first, {}};
    for (const PairMatrix& repeat : repeats)
      if (const auto again = compare_path(repeat, pair, bad_senders, bad_receivers))
        part.repeats.push_back(*again);
    pairs.push_back(pair);
    family.push_back(std::move(part));
  }
  const auto findings = decide(family, options);
  for (std::size_t i = 0; i < pairs.size(); ++i) found[pairs[i]].finding = findings[i];
  return found;
}

}  // namespace

PairFindings judge_pair_matrix(const PairMatrix& first, const std::vector<PairMatrix>& repeats,
                               const JudgeOptions& options) {
  PairFindings found;
  found.senders = judge_ends(first, repeats, End::sender, options);
  found.receivers = judge_ends(first, repeats, End::receiver, options);
  found.paths = judge_paths(first, repeats, found, options);
  return found;
}

}  // namespace assay::results
