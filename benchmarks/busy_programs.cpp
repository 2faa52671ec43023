#include "benchmarks/busy_programs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace assay::benchmarks {

namespace {

/// The number that a folder of /proc is named by.
std::optional<int> process_number(const std::string& name) {
  int number = 0;
  const auto [rest, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (problem != std::errc{} || rest != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

BusyPrograms::BusyPrograms(bool launched)
    : launched_{launched},
      before_{read_all()},
      processors_before_{read_processors()},
      since_{steady_now()} {}

std::map<int, BusyPrograms::Usage> BusyPrograms::read_all() {
  const double ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::map<int, Usage> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", ignored}) {
    const auto number = process_number(entry.path().filename().string());
    if (!number) continue;
    std::ifstream file{entry.path() / "stat"};
    std::string line;
    std::getline(file, line);
    // "pid (name, which may hold blanks and brackets) state ppid ...", proc(5).
    const auto open = line.find('(');
    const auto close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    std::istringstream rest{line.substr(close + 1)};
    std::string state;
    Usage usage;
    usage.name = line.substr(open + 1, close - open - 1);
    rest >> state >> usage.parent;
    std::string skipped;
    constexpr int fields_before_times = 9;  // pgrp to cmajflt
    for (int i = 0; i < fields_before_times; ++i) rest >> skipped;
    double user = 0;
    double system = 0;
    if (rest >> user >> system) usage.seconds = (user + system) / ticks_per_second;
    all.emplace(*number, usage);
  }
  return all;
}

BusyPrograms::Processors BusyPrograms::read_processors() {
  // "cpu user nice system idle iowait irq softirq steal ...", proc(5); guests are in user already.
  std::ifstream file{"/proc/stat"};
  std::string name;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double waiting = 0;
  double interrupts = 0;
  double soft_interrupts = 0;
  double stolen = 0;
  if (!(file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >>
        soft_interrupts >> stolen))
    return {};
  const double ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return {(user + nice + system + interrupts + soft_interrupts) / ticks_per_second,
          stolen / ticks_per_second};
}

/// The job is a tree: launcher, supervisors, workers.
bool BusyPrograms::is_own(int process, const std::map<int, Usage>& now) const {
  const int supervisor = ::getppid();
  std::set<int> family{supervisor};
  if (const auto found = now.find(supervisor); launched_ && found != now.end())
    family.insert(found->second.parent);
  constexpr int generations = 3;  // worker, supervisor, launcher
  for (int i = 0; i < generations; ++i) {
    if (family.count(process) > 0) return true;
    const auto found = now.find(process);
    if (found == now.end()) return false;
    process = found->second.parent;
  }
  return false;
}

std::vector<std::string> BusyPrograms::found() const {
  const auto now = read_all();
  const Processors processors = read_processors();
  const double span = (steady_now() - since_).value;
  if (span <= 0) return {};
  std::vector<std::pair<double, std::string>> busy;
  double accounted = 0;  // for by a process that is still there
  for (const auto& [process, usage] : now) {
    const auto earlier = before_.find(process);
    const double used = usage.seconds - (earlier == before_.end() ? 0 : earlier->second.seconds);
    accounted += used;
    if (used / span >= noticeable_share && !is_own(process, now))
      busy.emplace_back(used / span, fmt::format("{} ({})", usage.name, process));
  }
  busy.emplace_back((processors.busy - processors_before_.busy - accounted) / span,
                    "programs gone or out of sight");
  busy.emplace_back((processors.stolen - processors_before_.stolen) / span,
                    "other guests of the hypervisor");
  std::erase_if(busy, [](const auto& one) { return one.first < noticeable_share; });
  std::sort(busy.rbegin(), busy.rend());
  std::vector<std::string> names;
  for (const auto& [share, who] : busy)
    names.push_back(fmt::format("{} {:.0f} %", who, 100 * share));
  return names;
}

}  // namespace assay::benchmarks
