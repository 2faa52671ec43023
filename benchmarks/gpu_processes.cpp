#include "benchmarks/gpu_processes.hpp"

#include <string>

#include "topology/gpu.hpp"

namespace assay::benchmarks {

namespace device = collectives::device;

namespace {

std::string as_lines(const std::vector<std::string>& texts) {
  std::string lines;
  for (const std::string& text : texts) lines += text + '\n';
  return lines;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::vector<device::ProcessGpus> gather_gpus(const Job& job, const device::Inventory& own) {
  std::vector<std::string> buses;
  for (const device::Gpu& gpu : own.gpus) buses.push_back(gpu.bus);
  std::vector<device::ProcessGpus> processes;
  for (const std::string& told : gather_texts(job.world, as_lines(buses)))
    processes.push_back(
        {job.identity(static_cast<int>(processes.size())).host, lines_of(told), {}});
  const bool tells = job.speaks_for_host() && !own.gpus.empty();
  const auto listed = gather_texts(job.world, tells ? as_lines(topology::gpu_buses()) : "");
  for (std::size_t process = 0; process < processes.size(); ++process)
    processes[process].listed = lines_of(listed[process]);
  return processes;
}

}  // namespace assay::benchmarks
