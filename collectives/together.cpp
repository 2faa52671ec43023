#include "collectives/together.hpp"

#include <exception>
#include <source_location>
#include <string>

#include "core/error.hpp"

namespace assay::collectives {

namespace {

enum class Failure : char { none = 'n', usage = 'u', unavailable = 'a', error = 'e' };

/// One letter for the kind, one for the exit code, then the text.
std::string outcome_of(const std::function<void()>& step) {
  const auto told = [](Failure kind, const char* text, ExitCode code = ExitCode::internal) {
    return std::string{static_cast<char>(kind), static_cast<char>('a' + static_cast<int>(code))} +
           text;
  };
  try {
    step();
    return told(Failure::none, "");
  } catch (const UsageError& problem) {
    return told(Failure::usage, problem.what());
  } catch (const UnavailableError& problem) {
    return told(Failure::unavailable, problem.what());
  } catch (const Error& problem) {
    return told(Failure::error, problem.what(), problem.exit_code());
  } catch (const std::exception& problem) {
    return told(Failure::error, problem.what());
  }
}

}  // namespace

void together(Bootstrap& world, const std::function<void()>& step) {
  const std::string mine = outcome_of(step);
  for (const std::string& told : gather_texts(world, mine)) {
    const auto code = static_cast<ExitCode>(told[1] - 'a');
    const std::string text = told.substr(2);
    switch (static_cast<Failure>(told[0])) {
      case Failure::none:
        break;
      case Failure::usage:
        throw UsageError{text};
      case Failure::unavailable:
        throw UnavailableError{text};
      case Failure::error:
        throw Error{"assay", 0, text, std::source_location::current(), code};
    }
  }
}

void on_root(Bootstrap& world, const std::function<void()>& step) {
  together(world, [&] {
    if (world.rank() == 0) step();
  });
}

}  // namespace assay::collectives
