#include "cli/model_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::cli {

using benchmarks::Tuning;
using collectives::Choice;
using results::CostFigures;

namespace {

/// What a user loses by the choice at one size: time of the chosen way over that of the quickest.
struct Regret {
  double sum_of_logs = 0;
  double worst = 1.0;
  std::size_t sizes = 0;

  void add(double ratio) {
    sum_of_logs += std::log(ratio);
    worst = std::max(worst, ratio);
    ++sizes;
  }
  [[nodiscard]] double mean() const {
    return sizes > 0 ? std::exp(sum_of_logs / static_cast<double>(sizes)) : 1.0;
  }
};

std::string in_group(std::optional<int> group) {
  return group ? fmt::format(" in group {}", *group) : "";
}

std::string prices(const CostFigures& figures) {
  const auto gigabytes = [](double bytes_per_s) {
    return bytes_per_s > 0 ? fmt::format("{:.2f}", bytes_per_s / 1e9) : std::string{"-"};
  };
  const double sums = figures.reduction_s_per_byte > 0 ? 1.0 / figures.reduction_s_per_byte : 0.0;
  return fmt::format("#  {:<17} {:<14} {:>9.2f} {:>10} {:>10} {:>8.0f}\n", figures.algorithm,
                     figures.transport, figures.latency_s * 1e6,
                     gigabytes(figures.bandwidth_bytes_per_s.value_or(0)), gigabytes(sums),
                     figures.relative_error * 100);
}

}  // namespace

std::string choices_line(const Tuning& tuning, std::optional<int> group) {
  std::string text;
  const auto& choices = tuning.choices(false);
  for (const Choice& choice : choices) {
    const std::string range = &choice == &choices.back()
                                  ? (choices.size() > 1 ? "above" : "")
                                  : fmt::format("up to {} B", choice.up_to.value);
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", range, range.empty() ? "" : " ",
                        tuning.name(choice.way));
  }
  return fmt::format("# auto{}: {}\n", in_group(group), text);
}

std::string model_table(const Tuning& tuning, const std::vector<ModelRow>& rows,
                        std::optional<int> group) {
  const auto models = tuning.figures();
  if (models.empty()) return {};
  std::string text = fmt::format(
      "# Model of {}{}{}: time = messages x latency + bytes / bandwidth + summed bytes / sums,\n"
      "# times a correction measured at {} sizes; 'off' is what the prices miss there without it\n"
      "#  {:<17} {:<14} {:>9} {:>10} {:>10} {:>8}\n#  {:<17} {:<14} {:>9} {:>10} {:>10} {:>8}\n",
      models[0].benchmark,
      fmt::format(" {}{}{}", models[0].dtype, models[0].op ? " " : "", models[0].op.value_or("")),
      in_group(group), models[0].points.size(), "algorithm", "transport", "latency", "bandwidth",
      "sums", "off", "", "", "(us)", "(GB/s)", "(GB/s)", "(%)");
  for (const CostFigures& figures : models) text += prices(figures);

  text += fmt::format(
      "#\n# {:>12}  {:<17} {:>12} {:>12} {:>8}\n# {:>12}  {:<17} {:>12} {:>12} {:>8}\n", "size",
      "algorithm", "predicted", "measured", "off", "(B)", "", "(us)", "(us)", "(%)");
  Regret regret;
  double quickest = 0;
  double of_chosen = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [size, way, measured] = rows[i];
    const bool first = i == 0 || rows[i - 1].size != size;
    const bool last = i + 1 == rows.size() || rows[i + 1].size != size;
    const bool is_chosen = collectives::chosen(tuning.choices(false), size) == way;
    quickest = first ? measured.value : std::min(quickest, measured.value);
    if (is_chosen) of_chosen = measured.value;
    if (last && quickest > 0) regret.add(of_chosen / quickest);
    const Seconds predicted = tuning.predict(way, size);
    text += fmt::format("# {:>12}  {:<17} {:>12.2f} {:>12.2f} {:>8.0f}{}\n", size.value,
                        tuning.name(way), predicted.microseconds(), measured.microseconds(),
                        measured.value > 0 ? (predicted / measured - 1.0) * 100 : 0.0,
                        is_chosen ? "  chosen" : "");
  }
  return text + fmt::format(
                    "# The chosen took {:.2f} times as long as the quickest (geometric mean of {} "
                    "sizes; at worst {:.2f})\n#\n",
                    regret.mean(), regret.sizes, regret.worst);
}

}  // namespace assay::cli
