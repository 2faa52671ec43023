#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "results/redact.hpp"
#include "results/run.hpp"

namespace assay::results {

namespace {

constexpr mode_t folder_mode = 0755;  // less the umask
constexpr mode_t file_mode = 0644;

[[noreturn]] void refuse_folder(const std::filesystem::path& directory, int reason) {
  if (reason == EEXIST) {
    throw UsageError{
        fmt::format("output folder '{}' exists; choose another or remove it", directory.string())};
  }
  throw UsageError{
      fmt::format("output folder '{}' cannot be made: {}; choose one that can be "
                  "written",
                  directory.string(), std::strerror(reason))};
}

/// Without a slash at the end, whose parent path would be the folder itself.
std::filesystem::path without_trailing_slash(std::filesystem::path directory) {
  return directory.has_filename() ? directory : directory.parent_path();
}

void make_folder(const std::filesystem::path& directory) {
  std::error_code failure;
  if (directory.has_parent_path()) create_directories(directory.parent_path(), failure);
  if (failure) refuse_folder(directory, failure.value());
  // mkdir tells who made the folder, where std::filesystem takes an existing one as well.
  if (mkdir(directory.c_str(), folder_mode) != 0) refuse_folder(directory, errno);
}

File open_records(const std::filesystem::path& directory) {
  const auto path = directory / "records.jsonl";
  File file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, file_mode)};
  if (!file) refuse_folder(directory, errno);
  return file;
}

bool is_unlinked(int file) {
  struct stat status {};
  return fstat(file, &status) != 0 || status.st_nlink == 0;
}

}  // namespace

struct RunWriter::State {
  std::optional<Redactor> redactor;  ///< none: nothing is to be replaced
  File records;
  off_t written = 0;  ///< bytes of whole lines
  int lines = 0;
};

RunWriter::RunWriter(std::filesystem::path directory, const RunInfo& info, bool redact)
    : directory_{without_trailing_slash(std::move(directory))}, state_{std::make_unique<State>()} {
  make_folder(directory_);
  if (redact) state_->redactor.emplace(info.ranks);
  update(info);
  state_->records = open_records(directory_);
}

RunWriter::~RunWriter() = default;

void RunWriter::append(const Record& record) {
  const auto& redactor = state_->redactor;
  const std::string line =
      to_json_line(redactor ? state_->redactor->record(record) : record) + "\n";
  const int file = state_->records.get();
  const int reason = is_unlinked(file) ? ENOENT : write_all(file, line);
  if (reason != 0) {
    // The rest of a line would make the next one unreadable.
    const bool trimmed = ftruncate(file, state_->written) == 0;
    throw Error{"system", reason,
                fmt::format("cannot write '{}': {}; the {} record just measured is lost, the {} "
                            "before it are {}",
                            (directory_ / "records.jsonl").string(), std::strerror(reason),
                            record.benchmark, state_->lines,
                            reason == ENOENT ? "gone with the file"
                            : trimmed        ? "kept"
                                             : "kept, followed by a part of it")};
  }
  state_->written += static_cast<off_t>(line.size());
  ++state_->lines;
}

void RunWriter::update(const RunInfo& info) {
  auto& redactor = state_->redactor;
  write_whole_file(directory_ / "run.json", to_json(redactor ? redactor->info(info) : info));
}

Verdict RunWriter::presentable(const Verdict& verdict) {
  auto& redactor = state_->redactor;
  return redactor ? redactor->verdict(verdict) : verdict;
}

}  // namespace assay::results
