#include "results/judge/gpu_ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay::results {

namespace {

/// What must be there, and who says so.
Expected expected_of(const Profile* profile, const char* name, double otherwise,
                     const char* source) {
  const auto of_profile = inventory_of(profile, name);
  if (of_profile) return {*of_profile, "profile " + profile->name};
  return {otherwise, source};
}

constexpr const char* own_maximum = "the GPU's own maximum";

void judge_width(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                 Verdict& verdict) {
  Check check = gpu_check("gpu/pcie", gpu);
  const auto width = reading_of(gpu, "pcie_width");
  const auto full = reading_of(gpu, "pcie_width_at_most");
  if (!width || !full) {
    skip(check, fleet.why_silent(gpu, width ? "nvmlDeviceGetMaxPcieLinkWidth"
                                            : "nvmlDeviceGetCurrPcieLinkWidth"));
  } else {
    check.measured = Measured{*width, "lanes", std::nullopt};
    check.expected = expected_of(profile, "pcie_width", *full, own_maximum);
    const double wanted = check.expected->value;
    if (*width < wanted)
      fail(check, gpu, "hardware", fmt::format("PCIe runs {:.0f} of {:.0f} lanes", *width, wanted),
           verdict, 1.0 - *width / wanted);
  }
  verdict.checks.push_back(std::move(check));
}

void judge_generation(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                      Verdict& verdict) {
  Check check = gpu_check("gpu/pcie_generation", gpu);
  const auto newest = reading_of(gpu, "pcie_generation_at_most");
  const auto under_load = fleet.generation_under_load(gpu);
  const double wanted =
      expected_of(profile, "pcie_generation", newest.value_or(0), own_maximum).value;
  const auto held_against = [&](double generation, const std::string& what) {
    check.measured = Measured{generation, "generation", std::nullopt};
    check.expected = expected_of(profile, "pcie_generation", newest.value_or(0), own_maximum);
    if (generation < wanted)
      fail(check, gpu, "hardware",
           fmt::format("PCIe generation {:.0f} {}, {:.0f} expected", generation, what, wanted),
           verdict, 1.0 - generation / wanted);
  };
  if (!newest)
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetMaxPcieLinkGeneration"));
  else if (*newest < wanted)
    held_against(*newest, "is all that its slot allows");
  else if (under_load)
    held_against(*under_load, "while it copied from its host and to it");
  else
    skip(check, "not read while it copied from its host and to it, and idle GPUs save power");
  verdict.checks.push_back(std::move(check));
}

/// "nvlink3, nvlink7".
std::string links_down(const Record& gpu) {
  std::string names;
  for (const auto& [name, text] : gpu.report.facts)
    if (name.starts_with("nvlink") && text.starts_with("down"))
      names += (names.empty() ? "" : ", ") + name;
  return names;
}

/// How many must be up by what peers have: all, where they lead to switches.
double links_of_peers(const GpuFleet& fleet, double links, double up) {
  if (fleet.has_switches()) return std::max(links, fleet.usual("nvlinks").value_or(links));
  return fleet.usual("nvlinks_up").value_or(up);
}

void judge_nvlink(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                  Verdict& verdict) {
  Check check = gpu_check("gpu/nvlink", gpu);
  const auto links = reading_of(gpu, "nvlinks");
  const auto up = reading_of(gpu, "nvlinks_up");
  if (!links || !up) {
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetNvLinkState"));
    verdict.checks.push_back(std::move(check));
    return;
  }
  check.expected = expected_of(profile, "nvlinks", links_of_peers(fleet, *links, *up), "peers");
  const double wanted = check.expected->value;
  if (wanted == 0) {
    check.expected.reset();
    skip(check, *links == 0 ? "the GPU has no NVLinks, nor have its peers"
                            : fmt::format("none of its {:.0f} NVLinks is up, and none of most "
                                          "peers': no bridge joins them",
                                          *links));
  } else {
    check.measured = Measured{*up, "links", std::nullopt};
    if (*up < wanted) {
      const std::string down = links_down(gpu);
      fail(check, gpu, "hardware",
           fmt::format("{:.0f} of {:.0f} NVLinks are up{}", *up, wanted,
                       down.empty() ? "" : "; down: " + down),
           verdict, 1.0 - *up / wanted);
    }
  }
  verdict.checks.push_back(std::move(check));
}

}  // namespace

void judge_gpu_ways(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                    Verdict& verdict) {
  judge_width(fleet, gpu, profile, verdict);
  judge_generation(fleet, gpu, profile, verdict);
  judge_nvlink(fleet, gpu, profile, verdict);
}

}  // namespace assay::results
