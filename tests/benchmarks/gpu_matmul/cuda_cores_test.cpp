// The kernels for CUDA cores, thread by thread on the host: what stands between two barriers is run
// for all threads of a block, then what stands after.
#include "benchmarks/gpu_matmul/naive.hpp"
#include "benchmarks/gpu_matmul/register_blocked.hpp"
#include "benchmarks/gpu_matmul/tiled.hpp"
#include "tests/benchmarks/gpu_matmul/host_product.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using collectives::reduction::Plain;

template <class Kernel, class Block>
void for_each_tile(const DeviceProduct& product, const Block& block) {
  for (std::int32_t row = 0; row < product.rows; row += Kernel::tile_rows)
    for (std::int32_t column = 0; column < product.columns; column += Kernel::tile_columns)
      block(row, column);
}

template <class Format>
void run_naive(const DeviceProduct& product) {
  using Kernel = Naive<Format>;
  for_each_tile<Kernel>(product, [&](std::int32_t row, std::int32_t column) {
    for (int thread = 0; thread < Kernel::threads; ++thread)
      Kernel::run(product, row, column, thread);
  });
}

template <class Format>
void run_tiled(const DeviceProduct& product) {
  using Kernel = Tiled<Format>;
  for_each_tile<Kernel>(product, [&](std::int32_t row, std::int32_t column) {
    typename Kernel::Shared shared;
    std::vector<float> sums(Kernel::threads);
    for (std::int32_t k = 0; k < product.depth; k += Kernel::tile_depth) {
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::load(product, row, column, k, thread, shared);
      for (int thread = 0; thread < Kernel::threads; ++thread)
        sums[thread] = Kernel::multiply(shared, thread, sums[thread]);
    }
    for (int thread = 0; thread < Kernel::threads; ++thread)
      Kernel::store(product, row, column, thread, sums[thread]);
  });
}

void run_register_blocked(const DeviceProduct& product) {
  using Kernel = RegisterBlocked;
  for_each_tile<Kernel>(product, [&](std::int32_t row, std::int32_t column) {
    Kernel::Shared shared;
    std::vector<Kernel::Sums> sums(Kernel::threads, Kernel::Sums{});
    for (std::int32_t k = 0; k < product.depth; k += Kernel::tile_depth) {
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::load(product, row, column, k, thread, shared);
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::multiply(shared, thread, sums[thread]);
    }
    for (int thread = 0; thread < Kernel::threads; ++thread)
      Kernel::store(product, row, column, thread, sums[thread]);
  });
}

class CudaCores : public testing::TestWithParam<std::tuple<MatmulShape, std::string>> {
 protected:
  [[nodiscard]] HostProduct product(OperandType type) const {
    return HostProduct{type, std::get<0>(GetParam()), parse_layout(std::get<1>(GetParam()))};
  }
};

TEST_P(CudaCores, NaiveIsRightForEveryType) {
  HostProduct single = product(OperandType::float32);
  run_naive<Plain<float>>(single.arguments());
  single.expect_right();
  HostProduct half = product(OperandType::float16);
  run_naive<collectives::device::DeviceFloat16>(half.arguments());
  half.expect_right();
  HostProduct brain = product(OperandType::bfloat16);
  run_naive<collectives::device::DeviceBfloat16>(brain.arguments());
  brain.expect_right();
}

TEST_P(CudaCores, TiledIsRight) {
  HostProduct single = product(OperandType::float32);
  run_tiled<Plain<float>>(single.arguments());
  single.expect_right();
  HostProduct brain = product(OperandType::bfloat16);
  run_tiled<collectives::device::DeviceBfloat16>(brain.arguments());
  brain.expect_right();
}

TEST_P(CudaCores, RegisterBlockedIsRight) {
  HostProduct single = product(OperandType::float32);
  run_register_blocked(single.arguments());
  single.expect_right();
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, CudaCores,
    testing::Combine(testing::Values(MatmulShape{1, 1, 1}, MatmulShape{128, 128, 32},
                                     MatmulShape{33, 70, 5}, MatmulShape{130, 257, 49}),
                     testing::Values("nn", "nt", "tn", "tt")));

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
