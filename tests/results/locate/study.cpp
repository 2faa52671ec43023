// Simulates the live procedure on generated networks, and prints one JSON line: how often faults
// are found, and how often something is found where nothing is.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "core/error.hpp"
#include "generated_fabric.hpp"

namespace {

using namespace assay::results;  // NOLINT(google-build-using-namespace): a program, no header
using generated::Fault;
using generated::FaultKind;

struct Study {
  generated::Shape shape;
  int faults = 1;
  std::vector<std::string> kinds{"node", "nic", "path", "uplink", "leaf_pair", "cable", "switch"};
  double deficit = 0.07;
  double deficit_at_most = 0;  ///< 0: all faults have the same
  int runs = 100;
  std::uint64_t seed = 1;
  bool verbose = false;
};

/// A fault is plain while most of its links are slowed by no other one: of half of them, all may be
/// those of one direction.
constexpr double plain_share = 0.5;

struct Tally {
  int injected = 0;
  int found = 0;  ///< exactly
  int plain = 0;  ///< of those injected
  int plain_found = 0;
};

struct Figures {
  std::map<std::string, Tally> kinds;
  int sound_runs_convicted = 0;
  int without_reason = 0;  ///< convicted parts none of whose links is slow
  int misnamed = 0;        ///< convicted parts that have a reason but are no fault exactly
  int runs_undecided = 0;
  double rounds = 0;
  double repeated = 0;
  double measured = 0;
  double seconds = 0;
};

std::vector<FaultKind> kinds_of(const Study& study) {
  std::vector<FaultKind> kinds;
  for (const std::string& name : study.kinds) {
    const FaultKind kind = generated::kind_named(name);
    if (generated::has_kind(study.shape, kind)) kinds.push_back(kind);
  }
  if (kinds.empty()) throw assay::UsageError{"the network has no parts of these kinds"};
  return kinds;
}

std::vector<Fault> choose_faults(const Study& study, const LinkSpace& space,
                                 std::mt19937_64& random) {
  const auto kinds = kinds_of(study);
  std::vector<Fault> faults;
  for (int i = 0; i < study.faults; ++i) {
    const auto kind =
        kinds[std::uniform_int_distribution<std::size_t>{0, kinds.size() - 1}(random)];
    const double most = std::max(study.deficit, study.deficit_at_most);
    const double deficit = std::uniform_real_distribution{study.deficit, most}(random);
    faults.push_back(generated::random_fault(space, kind, deficit, random));
  }
  return faults;
}

std::string describe(const SlowPart& part) {
  return fmt::format(
      "part {} state {} subject {} peer {} rail {} direction {} deficit {:.4f} "
      "confidence {:.8f}",
      static_cast<int>(part.part), static_cast<int>(part.state), part.subject, part.peer, part.rail,
      static_cast<int>(part.direction), part.deficit, part.confidence);
}

void tell(const generated::Network& network, const Location& location, int run) {
  std::cerr << fmt::format("run {}\n", run);
  for (const Fault& fault : network.faults())
    std::cerr << fmt::format("  fault {} subject {} peer {} rail {} direction {} deficit {:.4f}\n",
                             generated::name_of(fault.kind), fault.subject, fault.peer, fault.rail,
                             static_cast<int>(fault.direction), fault.deficit);
  for (const SlowPart& part : location.parts) std::cerr << "  " << describe(part) << "\n";
}

bool count_run(const generated::Network& network, const Location& location, Figures& figures) {
  bool right = true;
  for (const Fault& fault : network.faults()) {
    Tally& tally = figures.kinds[std::string{generated::name_of(fault.kind)}];
    ++tally.injected;
    bool found = false;
    for (const SlowPart& part : location.parts)
      found = found || (part.state == SlowPart::State::convicted &&
                        generated::is_exactly(part, fault, network.space()));
    const bool plain =
        network.faults().size() < 2 || generated::share_alone(network, fault) > plain_share;
    tally.found += found ? 1 : 0;
    tally.plain += plain ? 1 : 0;
    tally.plain_found += plain && found ? 1 : 0;
    right = right && found;
  }
  bool undecided = false;
  bool convicted = false;
  for (const SlowPart& part : location.parts) {
    if (part.state != SlowPart::State::convicted) {
      undecided = true;
      continue;
    }
    convicted = true;
    bool exact = false;
    for (const Fault& fault : network.faults())
      exact = exact || generated::is_exactly(part, fault, network.space());
    if (exact) continue;
    right = false;
    ++(generated::has_a_reason(part, network) ? figures.misnamed : figures.without_reason);
  }
  if (undecided) ++figures.runs_undecided;
  if (network.faults().empty() && convicted) ++figures.sound_runs_convicted;
  return right && !undecided;
}

Figures simulate(const Study& study) {
  Figures figures;
  for (int run = 0; run < study.runs; ++run) {
    std::mt19937_64 random{study.seed * 1000003 + static_cast<std::uint64_t>(run)};
    const LinkSpace space = generated::Network{study.shape, {}, 0}.space();
    generated::Network network{study.shape, choose_faults(study, space, random), random()};
    const generated::Settled settled = generated::settle(network);
    const bool right = count_run(network, settled.location, figures);
    if (study.verbose && !right) tell(network, settled.location, run);
    figures.rounds += settled.rounds;
    figures.repeated += static_cast<double>(settled.repeated);
    figures.measured += static_cast<double>(settled.location.measured);
    figures.seconds = std::max(figures.seconds, settled.seconds);
  }
  return figures;
}

double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kibi = 1024;
  return kibi * static_cast<double>(usage.ru_maxrss);
}

void print(const Study& study, const Figures& figures) {
  std::vector<std::string> kinds;
  for (const auto& [name, tally] : figures.kinds)
    kinds.push_back(
        fmt::format(R"("{}": {{"injected": {}, "found": {}, "plain": {}, "plain_found": {}}})",
                    name, tally.injected, tally.found, tally.plain, tally.plain_found));
  const double runs = study.runs;
  const generated::Shape& shape = study.shape;
  fmt::print(R"({{"nodes": {}, "rails": {}, "leaf_size": {}, "noise": {}, "missing": {}, )"
             R"("partners": {}, "outliers": {}, "drift": {}, "faults": {}, "deficit": {}, )"
             R"("deficit_at_most": {}, "runs": {}, "seed": {}, "kinds": {{{}}}, )",
             shape.nodes, shape.rails, shape.leaf_size, shape.noise, shape.missing, shape.partners,
             shape.outliers, shape.drift, study.faults, study.deficit, study.deficit_at_most,
             study.runs, study.seed, fmt::join(kinds, ", "));
  fmt::print(R"("sound_runs_convicted": {}, "without_reason": {}, "misnamed": {}, )"
             R"("runs_undecided": {}, "mean_rounds": {}, "mean_links_repeated": {}, )"
             R"("mean_links_measured": {}, "slowest_locate_s": {}, "peak_memory_bytes": {}}})"
             "\n",
             figures.sound_runs_convicted, figures.without_reason, figures.misnamed,
             figures.runs_undecided, figures.rounds / runs, figures.repeated / runs,
             figures.measured / runs, figures.seconds, peak_memory());
}

}  // namespace

int main(int count, char** words) {
  // Matrices come and go: their memory is kept.
  constexpr int everything = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, everything);
  mallopt(M_TRIM_THRESHOLD, everything);
  Study study;
  CLI::App app{"Simulates locating on generated networks"};
  app.add_option("--nodes", study.shape.nodes);
  app.add_option("--rails", study.shape.rails);
  app.add_option("--leaf-size", study.shape.leaf_size, "0: all nodes on one leaf");
  app.add_option("--noise", study.shape.noise, "sigma of a measurement, relative");
  app.add_option("--missing", study.shape.missing, "share of links without a measurement");
  app.add_option("--partners", study.shape.partners, "measured of each node; 0: all");
  app.add_option("--outliers", study.shape.outliers, "share of measurements disturbed");
  app.add_option("--drift", study.shape.drift, "sigma of a round of repeats as a whole");
  app.add_option("--oversubscribed", study.shape.oversubscribed);
  app.add_option("--faults", study.faults, "of each run");
  app.add_option("--kinds", study.kinds)->delimiter(',');
  app.add_option("--deficit", study.deficit);
  app.add_option("--deficit-at-most", study.deficit_at_most, "drawn between the two");
  app.add_option("--runs", study.runs);
  app.add_option("--seed", study.seed);
  app.add_flag("--verbose", study.verbose, "runs that went wrong, to standard error");
  try {
    app.parse(count, words);
    print(study, simulate(study));
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const assay::UsageError& error) {
    std::cerr << "locate_study: " << error.what() << "\n";
    return static_cast<int>(assay::ExitCode::usage);
  }
  return 0;
}
