#include "cli/file_output.hpp"

#include <unistd.h>

#include <cerrno>

#include "core/error.hpp"
#include "results/files.hpp"

namespace assay::cli {

void require_output(const std::string& file) {
  if (!file.empty()) results::require_writable(file);
}

void write_output(const std::string& file, const std::string& text) {
  if (!file.empty()) {
    results::write_whole_file(file, text);
    return;
  }
  errno = results::write_all(STDOUT_FILENO, text);
  if (errno != 0) throw_system_error("cannot write standard output");
}

}  // namespace assay::cli
