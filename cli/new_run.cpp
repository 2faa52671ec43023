#include "cli/new_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.hpp"
#include "results/run.hpp"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// A folder that is gone with its owner.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(fs::path path) : path_{std::move(path)} {}
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

fs::path absolute(const std::string& directory) {
  fs::path path = fs::absolute(directory).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

std::string run_name(const std::string& directory) {
  return absolute(directory).filename().string();
}

void require_new_run(const std::string& directory) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(absolute(directory), ignored)))
    throw UsageError{
        fmt::format("output folder '{}' exists; choose another or remove it", directory)};
}

void write_new_run(const std::string& directory, const results::RunInfo& info,
                   const std::vector<results::Record>& records) {
  const fs::path target = absolute(directory);
  const TemporaryFolder aside{fmt::format("{}.{}.part", target.string(), getpid())};
  {
    results::RunWriter writer{aside.path(), info, false};
    for (const results::Record& record : records) writer.append(record);
  }
  require_new_run(directory);
  std::error_code problem;
  fs::rename(aside.path(), target, problem);
  if (problem)
    throw UsageError{
        fmt::format("output folder '{}' cannot be made: {}", directory, problem.message())};
}

}  // namespace assay::cli
