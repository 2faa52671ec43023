#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace assay {

/// What a process returns to its launcher; a contract with scripts (docs/interface.md).
enum class ExitCode : int {
  success = 0,  ///< also: verdict `pass`
  internal = 1,
  cuda = 2,
  nccl = 3,
  deadline = 4,     ///< a deadline passed, or a rank died or was stopped
  unavailable = 5,  ///< not in this build or on this machine
  usage = 6,
  wrong_data = 7,
  verdict_fail = 8,
  regression = 9,
  verdict_inconclusive = 10,
};

/// A failure of Assay or of a library it calls. One type for all libraries: callers that want to
/// tell them apart read `library()` and `code()`.
class Error : public std::runtime_error {
 public:
  /// `code` is the library's own status (0 where it has none).
  Error(std::string library, int code, const std::string& text,
        std::source_location where = std::source_location::current(),
        ExitCode exit_code = ExitCode::internal);

  [[nodiscard]] const std::string& library() const noexcept { return library_; }
  [[nodiscard]] int code() const noexcept { return code_; }
  [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }

 private:
  std::string library_;
  int code_;
  ExitCode exit_code_;
};

/// Bad input. The text is one line that says what is wrong and what would be right.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Something asked for that this build or this machine does not have.
class UnavailableError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error{"system", errno, "<what>: <strerror>"}; call right after the failing call.
[[noreturn]] void throw_system_error(const std::string& what,
                                     std::source_location where = std::source_location::current());

}  // namespace assay
