#include "results/witnesses.hpp"

#include <algorithm>
#include <array>

namespace assay::results {

namespace {

using enum Witness;

struct Row {
  Witness link;
  Witness device_link;  ///< unknown: says what `link` says, or was not measured
  Witness own;
  Witness vendor;
  Witness matmul;
  const char* layer;
  const char* between_ranks;
  const char* between_gpus;
};

constexpr std::array table{
    Row{slow, unknown, slow, slow, fine, "hardware",
        "plain links are slow, and so is all that goes over them: look at cables, ports, lane "
        "widths and NICs",
        "GPUs are slow to their hosts as to each other, and so is all that goes over these ways: "
        "look at their slots, lane widths and PCIe generations"},
    Row{fine, unknown, fine, slow, fine, "configuration",
        "links and our own collectives are fine, the library's are slow: look at its settings "
        "(interfaces, topology file, peer-to-peer switched off)",
        "copies and our own sums are fine, the library's are slow: look at its settings (topology "
        "file, peer-to-peer or sums in switches switched off)"},
    Row{fine, unknown, slow, slow, fine, "contention",
        "links are fine one at a time and slow all together: look at oversubscribed uplinks, "
        "routes that collide, and the binding of ranks",
        "copies are fine one at a time and sums of all GPUs are slow: look at switches and PCIe "
        "ways that GPUs share, and the binding of ranks"},
    Row{fine, unknown, fine, fine, slow, "compute",
        "the ways between ranks are fine, a device is slow: look at its clocks, power, heat and "
        "memory",
        "the ways between GPUs are fine, a GPU is slow: look at its clocks, power, heat and "
        "memory"},
    Row{fine, slow, slow, slow, fine, "hardware",
        "links are slow from device memory alone: look at the PCIe way to the device, ACS, and "
        "whether GPUDirect is off",
        "GPUs are quick to their hosts and slow to each other: look at NVLinks and their switches "
        "or, where PCIe joins GPUs, at ACS, the IOMMU and whether GPUDirect is off"},
};

bool fits(const Row& row, const Witnesses& seen) {
  const bool links_fit =
      row.device_link == unknown
          ? seen.link == row.link && (seen.device_link == unknown || seen.device_link == row.link)
          : seen.link == row.link && seen.device_link == row.device_link;
  return links_fit && seen.own == row.own && seen.vendor == row.vendor && seen.matmul == row.matmul;
}

}  // namespace

std::string_view name_of(Witness witness) {
  switch (witness) {
    case unknown:
      return "unknown";
    case fine:
      return "fine";
    case slow:
      return "slow";
  }
  return "";
}

std::optional<Reading> read_witnesses(const Witnesses& witnesses, Between between) {
  const bool of_gpus = between == Between::gpus;
  if (of_gpus && witnesses.device_link == unknown) return std::nullopt;
  const auto row =
      std::ranges::find_if(table, [&](const Row& known) { return fits(known, witnesses); });
  if (row == table.end()) return std::nullopt;
  return Reading{row->layer, of_gpus ? row->between_gpus : row->between_ranks};
}

Witnesses Testimonies::witnesses() const {
  return {.link = link.witness,
          .device_link = device_link ? device_link->witness : unknown,
          .own = own.witness,
          .vendor = vendor.witness,
          .matmul = matmul.witness};
}

}  // namespace assay::results
