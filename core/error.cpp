#include "core/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace assay {

namespace {
std::string describe(const std::string& library, int code, const std::string& text,
                     const std::source_location& where) {
  const auto file = std::filesystem::path{where.file_name()}.filename().string();
  return fmt::format("{}: {} (code {}, at {}:{})", library, text, code, file, where.line());
}
}  // namespace

Error::Error(std::string library, int code, const std::string& text, std::source_location where,
             ExitCode exit_code)
    : std::runtime_error{describe(library, code, text, where)},
      library_{std::move(library)},
      code_{code},
      exit_code_{exit_code} {}

void throw_system_error(const std::string& what, std::source_location where) {
  const int code = errno;
  throw Error{"system", code, fmt::format("{}: {}", what, std::strerror(code)), where};
}

}  // namespace assay
