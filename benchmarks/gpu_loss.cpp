#include "benchmarks/gpu_loss.hpp"

#include <exception>
#include <sstream>

#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using results::Record;

namespace {

/// What all ranks have, on all of them.
std::vector<Record> share(collectives::Bootstrap& world, const std::vector<Record>& mine) {
  std::string lines;
  for (const Record& record : mine) lines += results::to_json_line(record) + '\n';
  std::vector<Record> all;
  for (const std::string& told : collectives::gather_texts(world, lines)) {
    std::istringstream text{told};
    for (std::string line; std::getline(text, line);) all.push_back(results::parse_record(line));
  }
  return all;
}

}  // namespace

Record gpu_failure_record(const std::string& host, const std::string& device,
                          const std::string& why) {
  Record record;
  record.benchmark = gpu_failure;
  record.implementation = "cuda";
  record.memory = "device";
  record.host = host;
  record.device = device;
  record.report.facts["lost"] = why;
  record.time = utc_timestamp();
  return record;
}

std::vector<Record> without_lost_gpus(collectives::Bootstrap& world,
                                      const std::function<void()>& step,
                                      const std::function<std::vector<Record>()>& failing) {
  std::exception_ptr problem;
  std::vector<Record> mine;
  try {
    step();
  } catch (const Error&) {
    problem = std::current_exception();
    mine = failing();
  } catch (...) {
    problem = std::current_exception();
  }
  world.patient_barrier();
  auto lost = share(world, mine);
  collectives::together(world, [&] {
    if (problem && lost.empty()) std::rethrow_exception(problem);
  });
  return lost;
}

}  // namespace assay::benchmarks
