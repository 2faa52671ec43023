#include "results/judge/gpu_memory_health.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace assay::results {

namespace {

struct Ailment {
  const char* reading;
  const char* text;
};
/// In the order of how bad they are. Rows that were remapped and are in use are no fault.
constexpr std::array ailments{
    Ailment{"remapped_rows_failed", "a row of memory could not be remapped: replace the GPU"},
    Ailment{"remapped_rows_pending", "rows of memory wait to be remapped: reset the GPU"},
    Ailment{"retired_pages_pending", "pages of memory wait to be retired: restart the host"},
    Ailment{"ecc_uncorrected", "uncorrected memory errors since the driver was loaded"}};

/// What ECC, the driver's tables and page tables take of the nominal size, at most.
constexpr double kept_back = 0.03;
constexpr double gib = 1 << 30;

/// What is not told of its health, and why; empty: all is. GPUs remap rows, or retire pages.
std::string untold(const GpuFleet& fleet, const Record& gpu) {
  const auto tells = [&](const char* name) { return reading_of(gpu, name).has_value(); };
  const bool tells_rows = tells("remapped_rows_failed") && tells("remapped_rows_pending");
  const bool tells_pages = tells("retired_pages") && tells("retired_pages_pending");
  if (!tells_rows && !tells_pages) return fleet.why_silent(gpu, "nvmlDeviceGetRemappedRows");
  if (reading_of(gpu, "ecc") == 0.0) return "ECC is off: errors of memory are not counted";
  if (!tells("ecc_uncorrected")) return fleet.why_silent(gpu, "nvmlDeviceGetTotalEccErrors");
  return "";
}

void judge_health(const GpuFleet& fleet, const Record& gpu, Verdict& verdict) {
  Check check = gpu_check("gpu/memory", gpu);
  if (const std::string why = untold(fleet, gpu); !why.empty()) skip(check, why);
  for (const Ailment& ailment : ailments)
    if (check.status != Status::fail && reading_of(gpu, ailment.reading).value_or(0) > 0)
      fail(check, gpu, "hardware", ailment.text, verdict);
  const double remapped = reading_of(gpu, "remapped_rows_uncorrected").value_or(0);
  if (check.status == Status::pass && remapped > 0)
    check.reason = fmt::format("{:.0f} rows were remapped after uncorrected errors", remapped);
  verdict.checks.push_back(std::move(check));
}

void judge_ecc(const GpuFleet& fleet, const Record& gpu, const Profile* profile, Verdict& verdict) {
  if (!inventory_of(profile, "ecc")) return;
  Check check = gpu_check("gpu/ecc", gpu);
  const auto ecc = reading_of(gpu, "ecc");
  if (!ecc)
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetEccMode"));
  else if (*ecc == 0)
    fail(check, gpu, "configuration", "ECC is off, profile " + profile->name + " has it on",
         verdict);
  verdict.checks.push_back(std::move(check));
}

void judge_size(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                Verdict& verdict) {
  const auto nominal = inventory_of(profile, "memory_gib");
  if (!nominal) return;
  Check check = gpu_check("gpu/memory_size", gpu);
  if (const auto bytes = reading_of(gpu, "memory_bytes")) {
    check.measured = Measured{*bytes / gib, "GiB", std::nullopt};
    check.expected = Expected{*nominal, "profile " + profile->name};
    if (*bytes < (1 - kept_back) * *nominal * gib)
      fail(check, gpu, "hardware",
           fmt::format("{:.1f} GiB of memory, {:.0f} nominal", *bytes / gib, *nominal), verdict,
           1.0 - *bytes / gib / *nominal);
  } else {
    skip(check, fleet.why_silent(gpu, "nvmlDeviceGetMemoryInfo"));
  }
  verdict.checks.push_back(std::move(check));
}

}  // namespace

void judge_gpu_memory(const GpuFleet& fleet, const Record& gpu, const Profile* profile,
                      Verdict& verdict) {
  judge_health(fleet, gpu, verdict);
  judge_ecc(fleet, gpu, profile, verdict);
  judge_size(fleet, gpu, profile, verdict);
}

}  // namespace assay::results
