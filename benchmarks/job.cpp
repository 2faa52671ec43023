#include "benchmarks/job.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "collectives/transport/mpi.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

using collectives::ExecutorOptions;
using results::RankIdentity;

namespace {

/// What the ranks tell each other about where they run.
struct Introduction {
  RankIdentity identity;
  std::string boot_id;
  std::vector<int> processors;
};

std::vector<Introduction> introduce(collectives::Bootstrap& world, const topology::Host& host) {
  const nlohmann::json mine{{"host", host.name},
                            {"pid", ::getpid()},
                            {"supervisor", ::getppid()},
                            {"processor", host.processor},
                            {"memory", host.memory.value},
                            {"boot", host.boot_id},
                            {"mask", host.usable_processors}};
  const std::string text = mine.dump();
  std::vector<Introduction> all;
  for (const std::string& told : collectives::gather_texts(world, text)) {
    const auto json = nlohmann::json::parse(told);
    Introduction introduction;
    introduction.identity.rank = static_cast<int>(all.size());
    introduction.identity.host = json["host"];
    introduction.identity.pid = json["pid"];
    introduction.identity.supervisor_pid = json["supervisor"];
    introduction.identity.processor = json["processor"];
    introduction.identity.memory_bytes = json["memory"];
    introduction.boot_id = json["boot"];
    introduction.processors = json["mask"].get<std::vector<int>>();
    introduction.identity.usable_processors = static_cast<int>(introduction.processors.size());
    all.push_back(std::move(introduction));
  }
  return all;
}

/// Numbers the hosts in the order of their first ranks, and counts the processors that each one's
/// ranks may use together.
void number_hosts(const std::vector<Introduction>& all, Job& job) {
  std::map<std::string, int> number;
  std::vector<std::set<int>> masks;
  std::vector<int> ranks_on;
  for (const Introduction& rank : all) {
    const auto [entry, is_new] =
        number.try_emplace(rank.identity.host, static_cast<int>(number.size()));
    if (is_new) {
      masks.emplace_back();
      ranks_on.push_back(0);
    }
    const auto host = static_cast<std::size_t>(entry->second);
    masks[host].insert(rank.processors.begin(), rank.processors.end());
    ++ranks_on[host];
    job.host_of.push_back(entry->second);
  }
  for (const auto& mask : masks) job.processors.push_back(static_cast<int>(mask.size()));
  for (const Introduction& rank : all) {
    RankIdentity identity = rank.identity;
    const int host = job.host_of[static_cast<std::size_t>(identity.rank)];
    identity.host_ranks = ranks_on[static_cast<std::size_t>(host)];
    job.identities.push_back(std::move(identity));
  }
}

bool one_kernel(const std::vector<Introduction>& all) {
  return std::all_of(all.begin(), all.end(), [&](const Introduction& rank) {
    return !rank.boot_id.empty() && rank.boot_id == all[0].boot_id;
  });
}

}  // namespace

bool Job::oversubscribed() const {
  std::vector<int> ranks_on(processors.size());
  for (const int host_number : host_of) ++ranks_on[static_cast<std::size_t>(host_number)];
  for (std::size_t i = 0; i < processors.size(); ++i)
    if (ranks_on[i] > processors[i]) return true;
  return false;
}

bool Job::speaks_for_host() const {
  const int host_number = host_of[static_cast<std::size_t>(rank())];
  return std::find(host_of.begin(), host_of.end(), host_number) - host_of.begin() == rank();
}

std::vector<int> Job::everyone() const {
  std::vector<int> ranks(static_cast<std::size_t>(size()));
  std::iota(ranks.begin(), ranks.end(), 0);
  return ranks;
}

std::size_t Job::hosts(const std::vector<int>& members) const {
  std::set<int> found;
  for (const int member : members) found.insert(host_of[static_cast<std::size_t>(member)]);
  return found.size();
}

Job make_job(collectives::MpiBootstrap& world, Heartbeat& heartbeat, std::vector<Fault> faults,
             Deadline deadline) {
  Job job{world, heartbeat, {}, {}, {}, topology::discover_host(), std::move(faults), {}, {}, {}};
  for (const Fault& fault : job.faults)
    if (fault.rank >= world.size())
      throw UsageError{fmt::format("fault '{}' is for rank {}; there are ranks 0 to {}", fault.text,
                                   fault.rank, world.size() - 1)};
  const auto all = introduce(world, job.host);
  number_hosts(all, job);
  if (job.oversubscribed()) world.give_way();
  if (!one_kernel(all)) {
    const auto transport = collectives::make_mpi_transport(world);
    job.alignment.note(measure_offset(world, *transport, deadline));
  }
  return job;
}

ExecutorOptions executor_options(const Job& job, const std::vector<int>& members) {
  ExecutorOptions options;
  options.heartbeat = &job.heartbeat;
  options.world_ranks = members;
  std::vector<int> active(job.processors.size());
  for (const int member : members)
    ++active[static_cast<std::size_t>(job.host_of[static_cast<std::size_t>(member)])];
  for (std::size_t host = 0; host < active.size(); ++host)
    if (active[host] > job.processors[host]) options.wait = WaitPolicy::oversubscribed();
  return options;
}

}  // namespace assay::benchmarks
