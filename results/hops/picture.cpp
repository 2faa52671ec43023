#include "results/hops/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "results/hops/edges.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

constexpr std::size_t rows_at_most = 32;
constexpr std::string_view mark = "<-- culprit";
constexpr int least_bar = 10;

/// Shares of the collective's time.
struct Shares {
  double busy = 0;
  double blocked = 0;
  double unsent = 0;   ///< starved for what nobody had sent
  double on_link = 0;  ///< starved for what was on its way
};

struct Row {
  const Edge* edge = nullptr;
  Shares receiver;
  double sender_blocked = 0;
  bool is_culprit = false;
};

class Picture {
 public:
  Picture(const HopTrace& trace, const HopFindings& findings, const std::vector<std::string>& names,
          int width)
      : trace_{trace},
        findings_{findings},
        names_{names},
        width_{width},
        total_{median(trace.total_s)},
        edges_{edges_of(trace)} {}

  [[nodiscard]] std::string text() const {
    std::vector<Row> rows;
    for (const Edge& edge : edges_) rows.push_back(row_of(edge));
    std::string text = wrap(
        "",
        fmt::format("{} edges, {} in the median of {} repetitions. A bar is the receiver's time:",
                    edges_.size(), quantity(total_, "s"), trace_.total_s.size()),
        width_);
    text += wrap(
        "  ", "# busy, x blocked on sending, = data on their way to it, - nothing sent to it yet",
        width_);
    const std::size_t left_out = keep_worst(rows);
    text += rows_text(rows);
    if (left_out > 0) text += fmt::format("  and {} edges with less time on the link\n", left_out);
    return text + verdict();
  }

 private:
  [[nodiscard]] std::string name(int rank) const {
    const auto index = static_cast<std::size_t>(rank);
    return index < names_.size() ? printable(names_[index]) : fmt::format("{}", rank);
  }

  [[nodiscard]] Row row_of(const Edge& edge) const {
    Row row{&edge, {}, edge.send_blocked_s / total_, false};
    row.receiver.on_link = median(edge.on_link_s) / total_;
    row.receiver.unsent = std::max(0.0, edge.starved_s / total_ - row.receiver.on_link);
    for (const RankBusy& rank : trace_.ranks)
      if (rank.rank == edge.to) row.receiver.busy = median(rank.busy_s) / total_;
    for (const Edge& out : edges_)
      if (out.from == edge.to)
        row.receiver.blocked = std::max(row.receiver.blocked, out.send_blocked_s / total_);
    row.is_culprit = std::ranges::any_of(findings_.culprits, [&](const Culprit& culprit) {
      return culprit.kind == Culprit::Kind::rank
                 ? culprit.from == edge.to
                 : culprit.from == edge.from && culprit.to == edge.to;
    });
    return row;
  }

  /// How many rows were left out.
  static std::size_t keep_worst(std::vector<Row>& rows) {
    if (rows.size() <= rows_at_most) return 0;
    const std::size_t left_out = rows.size() - rows_at_most;
    std::ranges::stable_sort(rows, std::ranges::greater{}, [](const Row& row) {
      return std::pair{row.is_culprit, row.receiver.on_link};
    });
    rows.resize(rows_at_most);
    return left_out;
  }

  [[nodiscard]] std::string rows_text(const std::vector<Row>& rows) const {
    Column edge{.side = Column::Side::left, .priority = 3, .cells = {"edge"}};
    Column bar{.side = Column::Side::left, .priority = 3, .cells = {""}};
    Column blocked{.side = Column::Side::right, .priority = 1, .cells = {"blocked"}};
    Column starved{.side = Column::Side::right, .priority = 1, .cells = {"starved"}};
    Column on_link{.side = Column::Side::right, .priority = 2, .cells = {"on link"}};
    Column marks{.side = Column::Side::left, .priority = 3, .cells = {""}};
    std::size_t longest = 0;
    for (const Row& row : rows) {
      edge.cells.push_back(name(row.edge->from) + " -> " + name(row.edge->to));
      longest = std::max(longest, static_cast<std::size_t>(columns(edge.cells.back())));
    }
    // Names, three figures with their gaps, the bar's own ends and the mark.
    constexpr int figures = 3 * 9;
    constexpr int gaps = 2 + 2 + 2 + 2;
    const int cells = std::max(least_bar, width_ - static_cast<int>(longest) - figures - gaps -
                                              static_cast<int>(mark.size()));
    for (const Row& row : rows) {
      blocked.cells.push_back(percent(row.sender_blocked));
      starved.cells.push_back(percent(row.receiver.unsent + row.receiver.on_link));
      on_link.cells.push_back(percent(row.receiver.on_link));
      bar.cells.push_back("|" + bar_of(row.receiver, cells) + "|");
      marks.cells.emplace_back(row.is_culprit ? mark : "");
    }
    return table({edge, blocked, starved, on_link, bar, marks}, width_);
  }

  static std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

  /// Lanes that wait at the same time may add up to more than the whole.
  static std::string bar_of(const Shares& shares, int cells) {
    const std::array parts{std::pair{'#', shares.busy}, std::pair{'x', shares.blocked},
                           std::pair{'=', shares.on_link}, std::pair{'-', shares.unsent}};
    double sum = 0;
    for (const auto& part : parts) sum += part.second;
    const double scale = cells / std::max(1.0, sum);
    std::string bar;
    double end = 0;
    for (const auto& [sign, share] : parts) {
      end += share * scale;
      const auto length = static_cast<std::size_t>(std::lround(end));
      if (length > bar.size()) bar.resize(length, sign);
    }
    bar.resize(static_cast<std::size_t>(cells), ' ');
    return bar;
  }

  [[nodiscard]] std::string verdict() const {
    if (findings_.culprits.empty()) return wrap("", findings_.reason, width_);
    std::string text;
    for (const Culprit& culprit : findings_.culprits) {
      const std::string who =
          culprit.kind == Culprit::Kind::rank
              ? fmt::format("rank {}", name(culprit.from))
              : fmt::format("edge {} -> {}", name(culprit.from), name(culprit.to));
      text += wrap(
          "culprit: ",
          fmt::format("{}, {} slower than its peers, costs {} of the time "
                      "(confidence {:.3f})",
                      who, percent(culprit.deficit), percent(culprit.cost), culprit.confidence),
          width_);
      for (const std::string& line : culprit.evidence) text += wrap("  ", line, width_);
    }
    return text;
  }

  const HopTrace& trace_;
  const HopFindings& findings_;
  const std::vector<std::string>& names_;
  int width_;
  double total_;
  std::vector<Edge> edges_;
};

}  // namespace

std::string hop_picture(const HopTrace& trace, const HopFindings& findings,
                        const std::vector<std::string>& names, int width) {
  if (trace.total_s.empty() || median(trace.total_s) <= 0) return "no repetitions were traced\n";
  return Picture{trace, findings, names, width}.text();
}

}  // namespace assay::results
