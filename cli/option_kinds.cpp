#include "cli/option_kinds.hpp"

#include <fmt/format.h>

#include <limits>

#include "collectives/transports.hpp"
#include "core/named.hpp"
#include "core/parse.hpp"

namespace assay::cli {

namespace {

constexpr int any_count = std::numeric_limits<int>::max();
constexpr std::string_view hidden = "";  // CLI11: options of this group are not in the help

}  // namespace

void add_span(CLI::App& app, const std::string& names, std::optional<Seconds>& target,
              const std::string& text) {
  app.add_option_function<std::string>(
         names, [&target](const std::string& value) { target = parse_span(value); }, text)
      ->type_name("TIME");
}

void add_size(CLI::App& app, const std::string& names, Bytes& target, const std::string& text) {
  app.add_option_function<std::string>(
         names, [&target](const std::string& value) { target = parse_size(value); }, text)
      ->type_name("SIZE");
}

void add_count(CLI::App& app, const std::string& names, int low, int high,
               const std::function<void(int)>& set, const std::string& text) {
  app.add_option_function<std::string>(
         names, [=](const std::string& value) { set(parse_integer(value, low, high, names)); },
         text)
      ->type_name("N");
}

void add_fixed(CLI::App& app, const std::string& names, int only, const std::string& text) {
  app.add_option_function<std::string>(
         names,
         [=](const std::string& value) {
           if (parse_integer(value, 0, any_count, names) != only)
             throw UnavailableError{
                 fmt::format("{} {} is not in this build; it takes {} only", names, value, only)};
         },
         text)
      ->type_name("N");
}

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--output", common.output, "Run folder to write; must not exist")
      ->type_name("DIR");
  app.add_flag("--redact", common.redact,
               "Replace host names and addresses by pseudonyms in everything written");
  app.add_flag("--quiet", common.quiet, "No progress on standard error");
  app.add_option_function<std::string>(
         "--transport",
         [&common](const std::string& value) {
           if (value != "auto") static_cast<void>(collectives::find_transport(value));
           common.transport = value;
         },
         "How our own algorithms move bytes: " + names_in(collectives::transports()) +
             ", or auto: shared memory within a host and ucx between hosts (mpi where ucx cannot "
             "be used)")
      ->type_name("NAME");
  app.add_option("--rails", common.rails,
                 "Network devices for transport ucx, as UCX names them: mlx5_0,mlx5_1 (what UCX "
                 "chooses)")
      ->delimiter(',')
      ->type_name("NAME,...");
  add_span(app, "-T,--timeout", common.deadline,
           "Longest time one operation may take (with -m: all of a sample) before the job is ended "
           "(default 300 s; accept 30 s)");
  app.add_option_function<std::vector<std::string>>(
         "--inject",
         [&common](const std::vector<std::string>& values) {
           for (const auto& value : values) common.faults.push_back(benchmarks::parse_fault(value));
         },
         "Put a fault in on purpose, to test Assay: KIND:rank=R[,by=50%|100us][,every=N] with "
         "slow-send, delay-send, drop, corrupt, slow-matmul, corrupt-matmul, flip-matmul; may be "
         "repeated")
      ->type_name("FAULT")
      ->group(std::string{hidden});
}

}  // namespace assay::cli
