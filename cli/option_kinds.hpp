#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "cli/options.hpp"
#include "core/units.hpp"

namespace assay::cli {

// Kinds of options that verbs share. `names` as CLI11 takes them: "-T,--timeout".

void add_span(CLI::App& app, const std::string& names, std::optional<Seconds>& target,
              const std::string& text);
void add_size(CLI::App& app, const std::string& names, Bytes& target, const std::string& text);
/// A whole number from `low` to `high`.
void add_count(CLI::App& app, const std::string& names, int low, int high,
               const std::function<void(int)>& set, const std::string& text);
/// An option of nccl-tests that has only one value here.
void add_fixed(CLI::App& app, const std::string& names, int only, const std::string& text);
/// What every measuring verb has.
void add_common(CLI::App& app, CommonOptions& common);

/// What `bench` has, and what keeps its options from going together.
void add_bench(CLI::App& app, BenchOptions& bench);
/// Throws  UsageError
void check_bench(const BenchOptions& bench);

}  // namespace assay::cli
