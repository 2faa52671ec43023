#include "benchmarks/gpu_matmul/launch.hpp"

#include <array>
#include <string_view>

#include "benchmarks/gpu_matmul/along_depth.hpp"
#include "benchmarks/gpu_matmul/hopper_tile.hpp"
#include "core/named.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

CUtensorMapDataType map_type(OperandType type) {
  switch (type) {
    case OperandType::float16:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
    case OperandType::bfloat16:
      return CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    case OperandType::float8_e4m3:
      return CU_TENSOR_MAP_DATA_TYPE_UINT8;
    default:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
  }
}

/// Of an operand whose lines lie along k, `step` elements after each other.
CUtensorMap map_of(OperandType type, const void* data, std::int32_t lines, std::int32_t depth,
                   std::int64_t step, int box_lines) {
  const std::uint64_t bytes = info(type).bytes;
  return native::make_tensor_map(
      data,
      {map_type(type), static_cast<std::uint64_t>(depth), static_cast<std::uint64_t>(lines),
       static_cast<std::uint64_t>(step) * bytes,
       static_cast<std::uint32_t>(tile_line_bytes / bytes), static_cast<std::uint32_t>(box_lines)});
}

OperandMaps maps_of(OperandType type, const DeviceProduct& product, int b_lines) {
  return {
      map_of(type, product.a.data, product.rows, product.depth, product.a.row_step,
             HopperTile::tile_rows),
      map_of(type, product.b.data, product.columns, product.depth, product.b.column_step, b_lines)};
}

using Start = cudaError_t (*)(OperandType, const DeviceProduct&, cudaStream_t) noexcept;
template <Start start>
Launch launch_of(OperandType type, const DeviceProduct& product) {
  return [=](cudaStream_t stream) { return start(type, product, stream); };
}

using StartMapped = cudaError_t (*)(OperandType, const OperandMaps&, const DeviceProduct&,
                                    cudaStream_t) noexcept;
template <StartMapped start>
Launch mapped_launch_of(OperandType type, const DeviceProduct& product) {
  return [=, maps = maps_of(type, product, HopperTile::tile_columns)](cudaStream_t stream) {
    return start(type, maps, product, stream);
  };
}

cudaError_t start_blocked(OperandType, const DeviceProduct& product, cudaStream_t stream) noexcept {
  return start_register_blocked(product, stream);
}

Launch persistent_launch(OperandType type, const DeviceProduct& product) {
  return [=, maps = maps_of(type, product, HopperTile::b_share), pairs = resident_pairs(type)](
             cudaStream_t stream) { return start_persistent(type, maps, product, pairs, stream); };
}

struct Preparation {
  std::string_view name;
  Launch (*prepare)(OperandType, const DeviceProduct&);
};
constexpr std::array preparations{
    Preparation{"naive", launch_of<start_naive>},
    Preparation{"tiled", launch_of<start_tiled>},
    Preparation{"register_blocked", launch_of<start_blocked>},
    Preparation{"tensor_cores", launch_of<start_tensor_cores>},
    Preparation{"tma_wgmma", mapped_launch_of<start_tma_wgmma>},
    Preparation{"warp_specialised", mapped_launch_of<start_warp_specialised>},
    Preparation{"persistent", persistent_launch},
};

}  // namespace

Launch prepare(const Rung& rung, OperandType type, const DeviceProduct& product, void* transposed) {
  const auto prepare_kernel = find_named(preparations, rung.name, "matmul kernel").prepare;
  if (rung.any_layout) return prepare_kernel(type, product);
  AlongDepth along = along_depth(type, product, transposed);
  Launch multiply = prepare_kernel(type, along.product);
  if (along.transpositions.empty()) return multiply;
  return [type, transpositions = std::move(along.transpositions),
          multiply = std::move(multiply)](cudaStream_t stream) {
    for (const Transposition& transposition : transpositions)
      if (const cudaError_t status = start_transpose(type, transposition, stream);
          status != cudaSuccess)
        return status;
    return multiply(stream);
  };
}

}  // namespace assay::benchmarks::gpu_matmul
