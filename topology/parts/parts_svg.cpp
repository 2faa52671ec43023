#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "topology/parts/parts.hpp"

namespace assay::topology {

namespace {

constexpr int column = 260;
constexpr int row = 26;
constexpr int box_width = 190;
constexpr int box_height = 20;
constexpr std::size_t longest_name = 28;

/// ASCII alone: names come from files, and a byte that is not would make the picture unreadable.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char byte : text.substr(0, longest_name)) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '<' || byte == '>' || byte == '&' || byte == '"')
      result += fmt::format("&#{};", code);
    else
      result += code < ' ' || code > '~' ? '?' : byte;
  }
  return result;
}

struct Place {
  int x = 0;
  int y = 0;
};

/// A column a level; a part beside the first of those that hang on it.
class Layout {
 public:
  explicit Layout(const Parts& parts) : places_(parts.parts.size()), children_(parts.parts.size()) {
    std::vector<int> roots;
    for (std::size_t i = 0; i < parts.parts.size(); ++i) {
      const int parent = parts.parts[i].parent;
      (parent == Part::top ? roots : children_[static_cast<std::size_t>(parent)])
          .push_back(static_cast<int>(i));
    }
    for (const int root : roots) place(root, 0);
  }

  [[nodiscard]] Place at(int part) const { return places_[static_cast<std::size_t>(part)]; }
  [[nodiscard]] int width() const { return (deepest_ + 1) * column; }
  [[nodiscard]] int height() const { return std::max(1, rows_) * row + row; }

 private:
  void place(int part, int depth) {
    deepest_ = std::max(deepest_, depth);
    places_[static_cast<std::size_t>(part)] = {depth * column + 8, rows_ * row + 8};
    bool is_first = true;
    for (const int child : children_[static_cast<std::size_t>(part)]) {
      if (!is_first) ++rows_;
      is_first = false;
      place(child, depth + 1);
    }
    if (depth == 0) ++rows_;
  }

  std::vector<Place> places_;
  std::vector<std::vector<int>> children_;
  int rows_ = 0;
  int deepest_ = 0;
};

std::string line_of(const PartLink& link, const Layout& layout) {
  const Place from = layout.at(link.from);
  const Place to = layout.at(link.to);
  const bool beside = from.x == to.x;  // of one level: along the right edge
  const int from_x = from.x > to.x ? from.x : from.x + box_width;
  const int to_x = beside ? to.x + box_width : from.x > to.x ? to.x + box_width : to.x;
  const std::string title =
      link.bytes_per_s ? fmt::format("{} {:.3g} GB/s", link.detail, *link.bytes_per_s / 1e9)
                       : link.detail;
  return fmt::format(
      "<path d=\"M{} {} C{} {} {} {} {} {}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\">"
      "<title>{}</title></path>\n",
      from_x, from.y + box_height / 2, (from_x + to_x) / 2 + (beside ? 40 : 0),
      from.y + box_height / 2, (from_x + to_x) / 2 + (beside ? 40 : 0), to.y + box_height / 2, to_x,
      to.y + box_height / 2, link.is_degraded() ? "#D55E00" : "#767676", link.is_degraded() ? 3 : 1,
      escaped(title));
}

}  // namespace

std::string parts_svg(const Parts& parts) {
  const Layout layout{parts};
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"white\"/>\n",
      layout.width(), layout.height());
  for (const PartLink& link : parts.links) text += line_of(link, layout);
  for (std::size_t i = 0; i < parts.parts.size(); ++i) {
    const Part& part = parts.parts[i];
    const Place place = layout.at(static_cast<int>(i));
    text += fmt::format(
        "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" "
        "fill=\"#f0f4f8\" stroke=\"#0072B2\"/><text x=\"{}\" y=\"{}\">{}</text></g>\n",
        escaped(part.detail), place.x, place.y, box_width, box_height, place.x + 6, place.y + 14,
        escaped(fmt::format("{} {}", part.kind, part.name)));
  }
  return text + "</svg>\n";
}

}  // namespace assay::topology
