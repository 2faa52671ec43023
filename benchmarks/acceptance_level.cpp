#include "benchmarks/acceptance_level.hpp"

#include <array>

#include "core/named.hpp"

namespace assay::benchmarks {

namespace {

constexpr std::array quick_sizes{(4_KiB).value, (256_KiB).value, (4_MiB).value};
constexpr std::array standard_sizes{(8_B).value,   (4_KiB).value, (64_KiB).value,
                                    (1_MiB).value, (8_MiB).value, (64_MiB).value};

/// Bandwidth of NVLinks shows from hundreds of MiB on; profiles have figures of 8 and 16 GiB.
constexpr std::array quick_gpu_sizes{(64_MiB).value, (1_GiB).value};
constexpr std::array standard_gpu_sizes{(64_KiB).value, (64_MiB).value, (1_GiB).value,
                                        (8_GiB).value, (16_GiB).value};

const std::array levels{
    AcceptanceLevel{"quick", "about a minute: every rank, every pair, three message sizes", 25_ms,
                    25_ms, 16, 20_ms, 8_s, 6, 400_ms, quick_sizes, quick_gpu_sizes},
    AcceptanceLevel{"standard", "some minutes: the same with more samples and six message sizes",
                    50_ms, 50_ms, 60, 40_ms, 60_s, 24, 2_s, standard_sizes, standard_gpu_sizes},
    AcceptanceLevel{"soak", "quick, then matmul and all-reduce for --duration", 25_ms, 25_ms, 16,
                    20_ms, 8_s, 6, 400_ms, quick_sizes, quick_gpu_sizes, true},
};

}  // namespace

std::span<const AcceptanceLevel> acceptance_levels() { return levels; }

const AcceptanceLevel& find_level(std::string_view name) {
  return find_named(levels, name, "level");
}

}  // namespace assay::benchmarks
