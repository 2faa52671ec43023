#include "topology/parts/readers.hpp"

#include <array>

#include "core/error.hpp"
#include "core/named.hpp"

namespace assay::topology {

namespace {

constexpr std::array table{
    PartsReader{"NCCL topology XML", is_nccl_xml, read_nccl_xml},
    PartsReader{"lstopo XML", is_lstopo_xml, read_lstopo_xml},
    PartsReader{"ibnetdiscover output", is_ibnetdiscover, read_ibnetdiscover},
    PartsReader{"Slurm topology.conf with blocks", is_slurm_blocks, read_slurm_blocks},
    PartsReader{"Slurm topology.conf", is_slurm_tree, read_slurm_tree},
};

}  // namespace

std::span<const PartsReader> parts_readers() { return table; }

Parts read_parts(std::string_view text) {
  for (const PartsReader& reader : table) {
    if (!reader.recognises(text)) continue;
    Parts parts = reader.read(text);
    parts.origin = reader.name;
    if (parts.parts.empty())
      throw UsageError{fmt::format("is {}, but describes nothing", reader.name)};
    return parts;
  }
  throw UsageError{fmt::format("is no topology that can be read; known: {}", names_in(table))};
}

}  // namespace assay::topology
