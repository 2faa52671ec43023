#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/file_output.hpp"
#include "cli/file_verbs.hpp"
#include "core/machine.hpp"
#include "results/files.hpp"
#include "results/text.hpp"
#include "topology/parts/readers.hpp"
#include "topology/parts/this_host.hpp"
#include "topology/processors.hpp"

namespace assay::cli {

namespace {

struct TopologyOptions {
  std::string from;  ///< file; empty: this host
  std::string svg;   ///< file; empty: none
  bool json = false;
};

topology::Parts parts_of_this_host() {
  const auto processors = topology::load_processors();
  topology::Parts parts = topology::discover_parts(host_name(), "/", processors.get());
  std::string no_gpus;
  if (const auto nvml = topology::Nvml::open(no_gpus))
    topology::add_gpu_links(parts, topology::read_gpu_links(*nvml));
  return parts;
}

topology::Parts read_file(const std::string& file) {
  const std::string text = results::read_whole_file(file);
  try {
    return topology::read_parts(text);
  } catch (const UsageError& problem) {
    throw UsageError{results::printable(fmt::format("'{}' {}", file, problem.what()))};
  }
}

ExitCode run_topology(const TopologyOptions& options) {
  require_output(options.svg);
  const topology::Parts parts =
      options.from.empty() ? parts_of_this_host() : read_file(options.from);
  if (!options.svg.empty()) write_output(options.svg, topology::parts_svg(parts));
  write_output("", options.json ? topology::parts_json(parts) : topology::parts_text(parts));
  return ExitCode::success;
}

}  // namespace

FileWork add_topology(CLI::App& app) {
  auto options = std::make_shared<TopologyOptions>();
  std::string kinds = "File to read in place of this host:";
  for (const auto& reader : topology::parts_readers()) kinds += fmt::format(" {}.", reader.name);
  app.add_option("--from", options->from, kinds)->type_name("FILE");
  app.add_flag("--json", options->json, "As JSON");
  app.add_option("--svg", options->svg, "Picture to write")->type_name("FILE");
  return [options] { return run_topology(*options); };
}

}  // namespace assay::cli
