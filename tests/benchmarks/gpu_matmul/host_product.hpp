#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "benchmarks/gpu_matmul/problem.hpp"

namespace assay::benchmarks::gpu_matmul {

/// A problem with its operands and its result in the host's memory, for kernels that run there.
class HostProduct {
 public:
  HostProduct(OperandType type, const MatmulShape& shape, MatmulLayout layout)
      : problem_{type, shape},
        layout_{layout},
        a_{problem_.a_image(layout.a_by_columns)},
        b_{problem_.b_image(layout.b_by_columns)},
        c_row_step_{line_elements(shape.columns, sizeof(float))},
        c_(shape.rows * static_cast<std::size_t>(c_row_step_)) {
    std::memset(c_.data(), 0xFF, c_.size() * sizeof(float));
  }

  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] DeviceProduct arguments() {
    const MatmulShape& shape = problem_.shape();
    const std::size_t bytes = info(problem_.type()).bytes;
    return {static_cast<std::int32_t>(shape.rows),
            static_cast<std::int32_t>(shape.columns),
            static_cast<std::int32_t>(shape.depth),
            place(a_.data(), shape.rows, shape.depth, layout_.a_by_columns, bytes),
            place(b_.data(), shape.depth, shape.columns, layout_.b_by_columns, bytes),
            c_.data(),
            c_row_step_};
  }
  [[nodiscard]] std::vector<RowSum> row_sums() const {
    std::vector<RowSum> sums(problem_.shape().rows);
    for (std::size_t row = 0; row < sums.size(); ++row)
      for (std::size_t column = 0; column < problem_.shape().columns; ++column)
        add_element(sums[row], at(row, column), problem_.weights()[column], problem_.is_exact());
    return sums;
  }
  [[nodiscard]] float& at(std::size_t row, std::size_t column) {
    return c_[row * static_cast<std::size_t>(c_row_step_) + column];
  }
  [[nodiscard]] float at(std::size_t row, std::size_t column) const {
    return c_[row * static_cast<std::size_t>(c_row_step_) + column];
  }
  [[nodiscard]] Mismatch mismatch() const {
    Mismatch found;
    for (const std::size_t row : problem_.wrong_rows(row_sums()))
      problem_.count_wrong(
          row, {&c_[row * static_cast<std::size_t>(c_row_step_)], problem_.shape().columns}, found);
    return found;
  }
  void expect_right() const {
    EXPECT_EQ(problem_.wrong_rows(row_sums()).size(), 0U);
    const Mismatch found = mismatch();
    EXPECT_EQ(found.count, 0U) << "at " << found.offset << ": expected " << found.expected
                               << ", found " << found.found;
    // What lies between two lines of the result is not of it.
    for (std::size_t row = 0; row < problem_.shape().rows; ++row)
      for (auto column = problem_.shape().columns; column < static_cast<std::size_t>(c_row_step_);
           ++column)
        EXPECT_TRUE(at(row, column) != at(row, column));
  }

 private:
  Problem problem_;
  MatmulLayout layout_;
  std::vector<std::byte> a_;
  std::vector<std::byte> b_;
  std::int64_t c_row_step_;
  std::vector<float> c_;
};

}  // namespace assay::benchmarks::gpu_matmul
