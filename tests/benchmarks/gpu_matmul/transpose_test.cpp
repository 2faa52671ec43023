// The transposition for tensor cores, thread by thread on the host.
#include "benchmarks/gpu_matmul/transpose.hpp"

#include <set>

#include "benchmarks/gpu_matmul/along_depth.hpp"
#include "tests/benchmarks/gpu_matmul/host_product.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

constexpr auto never_written = std::byte{0xFF};

template <class Element>
void transpose(const Transposition& of) {
  using Kernel = Transpose<Element>;
  for (std::int32_t line = 0; line < of.lines; line += Kernel::tile)
    for (std::int32_t k = 0; k < of.depth; k += Kernel::tile) {
      typename Kernel::Shared shared;
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::load(of, line, k, thread, shared);
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::store(of, line, k, thread, shared);
    }
}

void transpose(OperandType type, const Transposition& of) {
  if (info(type).bytes == 1)
    transpose<std::uint8_t>(of);
  else if (info(type).bytes == 2)
    transpose<std::uint16_t>(of);
  else
    transpose<std::uint32_t>(of);
}

/// What `matrix` of `lines` lines along k should be, byte by byte; `image` is the problem's own.
void expect_lines(const void* data, std::int64_t step, const std::vector<std::byte>& image,
                  std::size_t lines, std::size_t depth, std::size_t element_bytes) {
  const std::size_t line = static_cast<std::size_t>(step) * element_bytes;
  ASSERT_EQ(lines * line, image.size());
  for (std::size_t i = 0; i < lines; ++i) {
    const auto* found = static_cast<const std::byte*>(data) + i * line;
    ASSERT_EQ(std::memcmp(found, &image[i * line], depth * element_bytes), 0) << "line " << i;
  }
}

class Transposed : public testing::TestWithParam<std::tuple<MatmulShape, std::string>> {};

TEST_P(Transposed, OperandsLieAlongTheDepth) {
  const auto& [shape, layout] = GetParam();
  for (const OperandInfo& operand : operand_types) {
    HostProduct host{operand.type, shape, parse_layout(layout)};
    const DeviceProduct product = host.arguments();
    const std::size_t needed = transposed_bytes(operand.type, product);
    std::vector<std::byte> memory(needed + line_bytes, never_written);
    const AlongDepth along = along_depth(operand.type, product, memory.data());
    for (const Transposition& transposition : along.transpositions)
      transpose(operand.type, transposition);
    EXPECT_EQ(along.product.a.column_step, 1);
    EXPECT_EQ(along.product.b.row_step, 1);
    expect_lines(along.product.a.data, along.product.a.row_step, host.problem().a_image(false),
                 shape.rows, shape.depth, operand.bytes);
    expect_lines(along.product.b.data, along.product.b.column_step, host.problem().b_image(true),
                 shape.columns, shape.depth, operand.bytes);
    for (std::size_t i = needed; i < memory.size(); ++i)
      EXPECT_EQ(memory[i], never_written) << "beyond what was asked for";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Transposed,
    testing::Combine(testing::Values(MatmulShape{1, 1, 1}, MatmulShape{64, 128, 64},
                                     MatmulShape{33, 70, 5}, MatmulShape{130, 63, 149}),
                     testing::Values("nn", "nt", "tn", "tt")));

TEST(Transposed, NothingIsDoneWhereOperandsLieRight) {
  HostProduct host{OperandType::bfloat16, {33, 70, 5}, parse_layout("nt")};
  const DeviceProduct product = host.arguments();
  EXPECT_EQ(transposed_bytes(OperandType::bfloat16, product), 0U);
  const AlongDepth along = along_depth(OperandType::bfloat16, product, nullptr);
  EXPECT_TRUE(along.transpositions.empty());
  EXPECT_EQ(along.product.a.data, product.a.data);
  EXPECT_EQ(along.product.b.data, product.b.data);
}

/// A warp's threads read a column of the square in shared memory: each from another bank.
template <class Element>
std::size_t banks_of_a_column() {
  constexpr std::size_t bank_bytes = 4;
  constexpr std::size_t warp_threads = 32;
  std::set<std::size_t> words;
  std::set<std::size_t> banks;
  for (std::size_t row = 0; row < warp_threads; ++row) {
    const std::size_t byte =
        row * sizeof(typename Transpose<Element>::Shared) / Transpose<Element>::tile;
    words.insert(byte / bank_bytes);
    banks.insert(byte / bank_bytes % warp_threads);
  }
  EXPECT_EQ(words.size(), warp_threads);
  return banks.size();
}

TEST(Transpose, ReadsColumnsWithoutBankConflicts) {
  EXPECT_EQ(banks_of_a_column<std::uint8_t>(), 32U);
  EXPECT_EQ(banks_of_a_column<std::uint16_t>(), 32U);
  EXPECT_EQ(banks_of_a_column<std::uint32_t>(), 32U);
}

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
