// Idea   A warp's tensor cores multiply 16 x 8 results at a time (mma.sync), from fragments that
//        ldmatrix brings from swizzled shared memory without bank conflicts, while asynchronous
//        copies (cp.async, past the registers) fill the stages to come.
// Takes  tf32, float16, bfloat16; any shape; a row by row, b column by column, as copies of 16
// bytes
//        run along k. Compute capability 8.0 or later.
// Cost   a and b are read once for 256 columns and 128 rows; 3 stages of 128 bytes along k.
#include "benchmarks/gpu_matmul/fragment.hpp"
#include "benchmarks/gpu_matmul/kernels.hpp"
#include "benchmarks/gpu_matmul/tensor_core_tile.hpp"
#include "benchmarks/gpu_matmul/tile_order.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using Tile = TensorCoreTile;
constexpr int warp_threads = 32;
constexpr int fragment_lines = 16;  // of a and of b, one ldmatrix
constexpr int instruction_columns = 8;
constexpr int a_fragments = Tile::warp_rows / fragment_lines;
constexpr int b_fragments = Tile::warp_columns / fragment_lines;
constexpr int results_across = Tile::warp_columns / instruction_columns;
constexpr int fragment_registers = 4;

using Results = float[a_fragments][results_across][fragment_registers];

struct Fragment {
  std::uint32_t part[fragment_registers];
};

__device__ std::uint32_t shared_address(const void* pointer) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// 16 bytes, of which the first `present` are copied and the rest is 0.
__device__ void copy_chunk(std::uint32_t to, const std::byte* from, int present) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(present)
               : "memory");
}
__device__ void end_stage() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/// Until all but the last `pending` stages are there.
template <int pending>
__device__ void wait_for_stage() {
  asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory");
}

__device__ Fragment load_fragment(std::uint32_t address) {
  Fragment fragment;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(fragment.part[0]), "=r"(fragment.part[1]), "=r"(fragment.part[2]),
                 "=r"(fragment.part[3])
               : "r"(address)
               : "memory");
  return fragment;
}

template <OperandType type>
__device__ void multiply_add(float (&sum)[fragment_registers], const Fragment& a, std::uint32_t b0,
                             std::uint32_t b1) {
  if constexpr (type == OperandType::bfloat16)
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a.part[0]), "r"(a.part[1]), "r"(a.part[2]), "r"(a.part[3]), "r"(b0), "r"(b1));
  else if constexpr (type == OperandType::float16)
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a.part[0]), "r"(a.part[1]), "r"(a.part[2]), "r"(a.part[3]), "r"(b0), "r"(b1));
  else
    asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a.part[0]), "r"(a.part[1]), "r"(a.part[2]), "r"(a.part[3]), "r"(b0), "r"(b1));
}

/// An operand of which each line lies along k.
struct Lines {
  const std::byte* data;
  std::int64_t step_bytes;
  std::int64_t length_bytes;
  std::int32_t count;
};

template <int copies>
__device__ void copy_tile(const Lines& lines, std::int32_t first_line, std::int64_t from_byte,
                          int thread, std::uint32_t to) {
  const int chunk = Tile::copy_chunk(thread);
  const std::int64_t byte = from_byte + chunk * chunk_bytes;
#pragma unroll
  for (int number = 0; number < copies; ++number) {
    const int line = Tile::copy_line(thread, number);
    const int present = present_bytes(first_line + line, lines.count, byte, lines.length_bytes);
    const std::byte* from =
        present > 0 ? lines.data + (first_line + line) * lines.step_bytes + byte : lines.data;
    copy_chunk(to + swizzled(line, chunk), from, present);
  }
}

template <OperandType type>
__device__ void multiply_stage(std::uint32_t a, std::uint32_t b, int warp, int lane,
                               Results& results) {
  const ChunkPlace a_place = a_chunk(lane);
  const ChunkPlace b_place = b_chunk(lane);
#pragma unroll
  for (int step = 0; step < line_steps; ++step) {
    Fragment left[a_fragments];
    Fragment right[b_fragments];
#pragma unroll
    for (int i = 0; i < a_fragments; ++i)
      left[i] = load_fragment(a + swizzled(Tile::warp_row(warp) + i * fragment_lines + a_place.line,
                                           step * step_chunks + a_place.chunk));
#pragma unroll
    for (int j = 0; j < b_fragments; ++j)
      right[j] =
          load_fragment(b + swizzled(Tile::warp_column(warp) + j * fragment_lines + b_place.line,
                                     step * step_chunks + b_place.chunk));
#pragma unroll
    for (int i = 0; i < a_fragments; ++i)
#pragma unroll
      for (int j = 0; j < results_across; ++j)
        multiply_add<type>(results[i][j], left[i], right[j / 2].part[j % 2 * 2],
                           right[j / 2].part[j % 2 * 2 + 1]);
  }
}

__device__ void store(const DeviceProduct& product, std::int32_t row, std::int32_t column, int lane,
                      const Results& results) {
#pragma unroll
  for (int i = 0; i < a_fragments; ++i)
#pragma unroll
    for (int j = 0; j < results_across; ++j)
#pragma unroll
      for (int number = 0; number < fragment_registers; ++number) {
        const ResultPlace place = result_place(lane, number);
        const std::int32_t at_row = row + i * fragment_lines + place.row;
        const std::int32_t at_column = column + j * instruction_columns + place.column;
        if (at_row < product.rows && at_column < product.columns)
          product.c[at_row * product.c_row_step + at_column] = results[i][j][number];
      }
}

template <OperandType type>
__global__ void __launch_bounds__(Tile::threads, 1) tensor_cores(const DeviceProduct product) {
  extern __shared__ __align__(tile_alignment) std::byte shared[];
  constexpr std::int64_t element_bytes = info(type).bytes;
  const auto thread = static_cast<int>(threadIdx.x);
  const int warp = thread / warp_threads;
  const int lane = thread % warp_threads;
  const auto [tile_row, tile_column] = tile_place(blockIdx.x, pieces(product.rows, Tile::tile_rows),
                                                  pieces(product.columns, Tile::tile_columns));
  const std::int32_t row = tile_row * Tile::tile_rows;
  const std::int32_t column = tile_column * Tile::tile_columns;
  const std::int64_t length = product.depth * element_bytes;
  const Lines a{static_cast<const std::byte*>(product.a.data), product.a.row_step * element_bytes,
                length, product.rows};
  const Lines b{static_cast<const std::byte*>(product.b.data),
                product.b.column_step * element_bytes, length, product.columns};
  const std::uint32_t stages = shared_address(shared);
  const auto blocks = static_cast<std::int32_t>((length + tile_line_bytes - 1) / tile_line_bytes);

  const auto copy_stage = [&](std::int32_t block) {
    const std::uint32_t to = stages + block % Tile::stages * Tile::stage_bytes;
    const std::int64_t from = std::int64_t{block} * tile_line_bytes;
    copy_tile<Tile::a_copies>(a, row, from, thread, to);
    copy_tile<Tile::b_copies>(b, column, from, thread, to + Tile::a_bytes);
  };
  for (std::int32_t block = 0; block < Tile::stages - 1; ++block) {
    if (block < blocks) copy_stage(block);
    end_stage();
  }
  Results results{};
  for (std::int32_t block = 0; block < blocks; ++block) {
    wait_for_stage<Tile::stages - 2>();
    __syncthreads();  // all have it, and have done with the one before, which is filled now
    if (block + Tile::stages - 1 < blocks) copy_stage(block + Tile::stages - 1);
    end_stage();
    const std::uint32_t stage = stages + block % Tile::stages * Tile::stage_bytes;
    multiply_stage<type>(stage, stage + Tile::a_bytes, warp, lane, results);
  }
  store(product, row + Tile::warp_row(warp), column + Tile::warp_column(warp), lane, results);
}

template <OperandType type>
cudaError_t start(const DeviceProduct& product, cudaStream_t stream) noexcept {
  const void* kernel = reinterpret_cast<const void*>(tensor_cores<type>);
  const cudaError_t status =
      cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Tile::shared_bytes);
  if (status != cudaSuccess) return status;
  const std::int64_t blocks = std::int64_t{pieces(product.rows, Tile::tile_rows)} *
                              pieces(product.columns, Tile::tile_columns);
  DeviceProduct copy = product;
  void* arguments[] = {&copy};
  return cudaLaunchKernel(kernel, dim3{static_cast<unsigned>(blocks)}, dim3{Tile::threads},
                          arguments, Tile::shared_bytes, stream);
}

}  // namespace

cudaError_t start_tensor_cores(OperandType type, const DeviceProduct& product,
                               cudaStream_t stream) noexcept {
  switch (type) {
    case OperandType::tf32:
      return start<OperandType::tf32>(product, stream);
    case OperandType::float16:
      return start<OperandType::float16>(product, stream);
    case OperandType::bfloat16:
      return start<OperandType::bfloat16>(product, stream);
    default:
      return cudaErrorInvalidValue;
  }
}

}  // namespace assay::benchmarks::gpu_matmul
