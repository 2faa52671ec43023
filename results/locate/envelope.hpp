#pragma once

#include <span>
#include <vector>

namespace assay::results {

/// What the better cells of a line reach, and out of how many cells; NaN of none.
struct Envelope {
  float value = 0;
  int cells = 0;
};

/// The upper quartile of the cells, and the greatest of up to four: slow partners do not lower it
/// while a quarter of the partners (and one) are sound. Reorders the cells.
/// Cost  two passes over many cells.
[[nodiscard]] Envelope upper_envelope(std::span<float> cells);

/// So many of the cells may lie above their envelope.
[[nodiscard]] int cells_above(int cells);

/// How an envelope of so many cells lies, in standard deviations of one cell: above the cells' true
/// value by `bias`, with the standard deviation `error`.
/// Source  Blom, Statistical Estimates and Transformed Beta Variables, 1958.
struct EnvelopeNoise {
  double bias = 0;
  double error = 1;
};
class EnvelopeTable {
 public:
  explicit EnvelopeTable(int most_cells);
  [[nodiscard]] const EnvelopeNoise& of(int cells) const {
    return noise_[static_cast<std::size_t>(cells)];
  }

 private:
  std::vector<EnvelopeNoise> noise_;
};

/// The greater of the middle pair for an even count. Reorders the values, of which there must be
/// one.
[[nodiscard]] float upper_median(std::span<float> values);

/// Location and scale of the bulk of the values, by the shortest half: up to half of the values may
/// be slow by any amount, whichever half that is. Sigma is that of normal values, on average.
/// Source  Rousseeuw and Leroy, Robust Regression and Outlier Detection, 1987.
struct Bulk {
  double middle = 0;
  double sigma = 0;
};
/// Sorts the values, of which there must be one.
[[nodiscard]] Bulk shortest_half(std::span<float> values);

}  // namespace assay::results
