#pragma once

#include <string_view>

#include "results/import/importer.hpp"

namespace assay::results {

// What the table of importers points to; each tool in files of its own.

[[nodiscard]] bool is_nccl_tests_text(std::string_view text);
[[nodiscard]] ImportedLog read_nccl_tests_text(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_nccl_tests_json(std::string_view text);
[[nodiscard]] ImportedLog read_nccl_tests_json(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_osu_text(std::string_view text);
[[nodiscard]] ImportedLog read_osu_text(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_perftest_text(std::string_view text);
[[nodiscard]] ImportedLog read_perftest_text(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_perftest_json(std::string_view text);
[[nodiscard]] ImportedLog read_perftest_json(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_nvbandwidth_text(std::string_view text);
[[nodiscard]] ImportedLog read_nvbandwidth_text(std::string_view text, const ImportHints& hints);
[[nodiscard]] bool is_nvbandwidth_json(std::string_view text);
[[nodiscard]] ImportedLog read_nvbandwidth_json(std::string_view text, const ImportHints& hints);

}  // namespace assay::results
