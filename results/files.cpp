#include "results/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/error.hpp"

namespace assay::results {

namespace {

constexpr mode_t for_all_to_read = 0644;  // less the umask

/// A file beside the one that is wanted, gone with its owner.
class TemporaryFile {
 public:
  TemporaryFile(const std::filesystem::path& beside, const std::string& text)
      : path_{fmt::format("{}.{}.part", beside.string(), getpid())} {
    unlink(path_.c_str());  // left by a killed process of the same number
    const File file{open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, for_all_to_read)};
    if (!file) throw_system_error(fmt::format("cannot write '{}'", beside.string()));
    errno = write_all(file.get(), text);
    // A node that is being accepted may fall over: the name must not outlive the content.
    if (errno == 0 && fsync(file.get()) != 0 && errno == EINVAL) errno = 0;  // cannot be synced
    if (errno != 0) {
      const int reason = errno;
      unlink(path_.c_str());
      errno = reason;
      throw_system_error(fmt::format("cannot write '{}'", beside.string()));
    }
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

bool create_in_place(const std::filesystem::path& path, const std::string& text) {
  const File file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, for_all_to_read)};
  if (!file && errno == EEXIST) return false;
  if (!file) throw_system_error(fmt::format("cannot write '{}'", path.string()));
  errno = write_all(file.get(), text);
  if (errno != 0) throw_system_error(fmt::format("cannot write '{}'", path.string()));
  return true;
}

}  // namespace

void FileTraits::destroy(Native file) noexcept { close(file); }

int write_all(int file, const std::string& text) noexcept {
  const char* rest = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const ssize_t written = write(file, rest, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    rest += written;
    left -= static_cast<std::size_t>(written);
  }
  return 0;
}

void write_whole_file(const std::filesystem::path& path, const std::string& text) {
  const TemporaryFile temporary{path, text};
  if (rename(temporary.path(), path.c_str()) != 0) {
    throw_system_error(fmt::format("cannot write '{}'", path.string()));
  }
}

bool create_whole_file(const std::filesystem::path& path, const std::string& text) {
  const TemporaryFile temporary{path, text};
  if (link(temporary.path(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  // Some file systems have no hard links (FAT, some in user space): then without the rename.
  if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) return create_in_place(path, text);
  throw_system_error(fmt::format("cannot write '{}'", path.string()));
}

void require_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
    throw UsageError{fmt::format("cannot write '{}': it is no file", path.string())};
  try {
    const TemporaryFile temporary{path, ""};
  } catch (const Error& problem) {
    throw UsageError{
        fmt::format("cannot write '{}': {}", path.string(), std::strerror(problem.code()))};
  }
}

std::string read_whole_file(const std::filesystem::path& path) {
  const auto refuse = [&path] {
    throw UsageError{fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno))};
  };
  if (std::filesystem::is_directory(path)) {
    errno = EISDIR;
    refuse();
  }
  std::ifstream stream{path, std::ios::binary};
  if (!stream) refuse();
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (stream.bad()) refuse();
  return text;
}

}  // namespace assay::results
