#include "results/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

/// Puts `place` before whatever `read` finds wrong.
template <class Read>
auto with_place(const std::string& place, const Read& read) {
  try {
    return read();
  } catch (const UsageError& error) {
    throw UsageError{fmt::format("{}: {}", place, error.what())};
  }
}

void read_records(const std::filesystem::path& file, Run& run) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw UsageError{fmt::format("cannot read '{}'", file.string())};
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    const bool ended = !stream.eof();  // by a newline, which is written last
    if (!ended && !is_whole_json(line)) {
      run.cut_off = true;
      return;
    }
    run.records.push_back(with_place(fmt::format("{}:{}", file.string(), number),
                                     [&line] { return parse_record(line); }));
  }
  if (stream.bad()) throw UsageError{fmt::format("cannot read '{}'", file.string())};
}

}  // namespace

std::filesystem::path default_run_directory(const std::filesystem::path& root,
                                            const std::string& host) {
  std::string name = fmt::format("{}-{}", utc_timestamp(), host);
  // Colons are no good in names: scp and make read them as something else; and a host's name must
  // not lead out of the folder.
  std::replace(name.begin(), name.end(), ':', '-');
  std::replace(name.begin(), name.end(), '/', '-');
  const auto first = root / name;
  auto candidate = first;
  for (int suffix = 2; std::filesystem::exists(candidate); ++suffix) {
    candidate = fmt::format("{}-{}", first.string(), suffix);
  }
  return candidate;
}

Run read_run(const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory)) {
    throw UsageError{fmt::format("'{}' is not a run folder", directory.string())};
  }
  const auto info = directory / "run.json";
  if (!std::filesystem::exists(info)) {
    throw UsageError{
        fmt::format("'{}' is not a run folder: it has no run.json", directory.string())};
  }
  Run run;
  run.info = with_place(info.string(), [&info] { return parse_run_info(read_whole_file(info)); });
  read_records(directory / "records.jsonl", run);
  return run;
}

void write_verdict(const std::filesystem::path& run, const std::string& json) {
  write_whole_file(run / "verdict.json", json);
}

bool claim_verdict(const std::filesystem::path& run, const std::string& json) {
  return create_whole_file(run / "verdict.json", json);
}

}  // namespace assay::results
