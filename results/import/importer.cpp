#include "results/import/importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/named.hpp"
#include "results/import/logs.hpp"

namespace assay::results {

namespace {

constexpr std::array table{
    Importer{"nccl-tests JSON", "all_reduce_perf -J and its kin", is_nccl_tests_json,
             read_nccl_tests_json},
    Importer{"nvbandwidth JSON", "nvbandwidth -j", is_nvbandwidth_json, read_nvbandwidth_json},
    Importer{"perftest JSON", "ib_write_bw --out_json and its kin", is_perftest_json,
             read_perftest_json},
    Importer{"nccl-tests", "the tables of nccl-tests and rccl-tests", is_nccl_tests_text,
             read_nccl_tests_text},
    Importer{"nvbandwidth", "its matrices", is_nvbandwidth_text, read_nvbandwidth_text},
    Importer{"perftest", "the tables of ib_write_bw and its kin", is_perftest_text,
             read_perftest_text},
    Importer{"OSU", "OSU micro-benchmarks", is_osu_text, read_osu_text},
};

}  // namespace

std::span<const Importer> importers() { return table; }

void add_ranks(std::vector<RankIdentity>& ranks, const std::vector<RankIdentity>& more) {
  for (const RankIdentity& rank : more) {
    const bool is_there = std::ranges::any_of(ranks, [&rank](const RankIdentity& known) {
      return known.rank == rank.rank && known.host == rank.host &&
             known.processor == rank.processor;
    });
    if (!is_there) ranks.push_back(rank);
  }
}

ImportedLog import_log(std::string_view text, const ImportHints& hints) {
  for (const Importer& importer : table) {
    if (!importer.recognises(text)) continue;
    ImportedLog log = importer.read(text, hints);
    if (!log.records.empty()) return log;
    throw UsageError{log.unread.empty()
                         ? fmt::format("looks like {}, but holds no figure", importer.name)
                         : fmt::format("looks like {}, but nothing in it can be read; {}: {}",
                                       importer.name, log.unread[0].place, log.unread[0].reason)};
  }
  throw UsageError{fmt::format("is of no tool that can be read; known: {}", names_in(table))};
}

}  // namespace assay::results
