#pragma once

#include <span>
#include <string_view>

#include "topology/parts/parts.hpp"

namespace assay::topology {

/// One kind of file that describes a topology. Both functions are pure and take any bytes.
struct PartsReader {
  std::string_view name;
  bool (*recognises)(std::string_view text);
  /// Throws  UsageError that says what is wrong, with the place where the format has one.
  Parts (*read)(std::string_view text);
};

[[nodiscard]] std::span<const PartsReader> parts_readers();

/// Reads `text` by the first reader that recognises it.
/// Throws  UsageError if none does, as its read does, or if nothing is described in it.
[[nodiscard]] Parts read_parts(std::string_view text);

// The rows' functions; each format in a file of its own.
[[nodiscard]] bool is_nccl_xml(std::string_view text);
[[nodiscard]] Parts read_nccl_xml(std::string_view text);
[[nodiscard]] bool is_lstopo_xml(std::string_view text);
[[nodiscard]] Parts read_lstopo_xml(std::string_view text);
[[nodiscard]] bool is_ibnetdiscover(std::string_view text);
[[nodiscard]] Parts read_ibnetdiscover(std::string_view text);
[[nodiscard]] bool is_slurm_blocks(std::string_view text);
[[nodiscard]] Parts read_slurm_blocks(std::string_view text);
[[nodiscard]] bool is_slurm_tree(std::string_view text);
[[nodiscard]] Parts read_slurm_tree(std::string_view text);

}  // namespace assay::topology
