#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.hpp"
#include "results/run_info.hpp"

namespace assay::results {

/// What a log does not say and the user knows.
struct ImportHints {
  std::string benchmark;     ///< all_reduce, ...; empty: the log must say it
  std::optional<int> ranks;  ///< absent: the log must say it, where sizes depend on it
};

/// Something in a log that was left out, and why.
struct Unread {
  std::string place;  ///< "line 37", "results[3]"
  std::string reason;
};

/// What a log of another tool holds. Records say their source; nothing in them is guessed.
struct ImportedLog {
  std::string tool;
  std::string version;  ///< as the log says; empty: it does not
  std::vector<Record> records;
  std::vector<Unread> unread;
  std::vector<RankIdentity> ranks;
  std::map<std::string, std::string> libraries;
};

/// Adds those of `more` that are not there: another log, or another table, of the same ranks has
/// them again.
void add_ranks(std::vector<RankIdentity>& ranks, const std::vector<RankIdentity>& more);

/// One kind of log. Both functions are pure and take any bytes.
struct Importer {
  std::string_view name;
  std::string_view description;
  bool (*recognises)(std::string_view text);
  /// Throws  UsageError if something that every figure depends on is missing (says what to give).
  ImportedLog (*read)(std::string_view text, const ImportHints& hints);
};

/// Every importer, the more particular before the more general.
[[nodiscard]] std::span<const Importer> importers();

/// Reads `text` by the first importer that recognises it.
/// Throws  UsageError if none does, as its read does, or if there is no figure in it at all (with
///         the first thing that could not be read).
[[nodiscard]] ImportedLog import_log(std::string_view text, const ImportHints& hints);

}  // namespace assay::results
