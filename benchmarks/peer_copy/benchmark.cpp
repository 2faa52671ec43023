#include "benchmarks/peer_copy/benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/chain.hpp"
#include "benchmarks/kernel_meter.hpp"
#include "benchmarks/peer_copy/on_pair.hpp"
#include "benchmarks/peer_copy/schedule.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/device/peer_memory.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks {

namespace device = collectives::device;
using collectives::Bootstrap;
using device::Placement;
using peer_copy::Arrays;
using peer_copy::DirectedPair;
using results::Record;

namespace {

/// What is measured of one pair.
struct MeasuredPair {
  DeviceKernels kernels;
  std::vector<KernelMeter> meters;

  void begin() {
    meters.clear();
    for (DeviceKernel& kernel : kernels) meters.emplace_back(kernel);
  }
};

/// Which pairs, and what of them.
enum class Extent {
  all,
  ring,  ///< each GPU to the next, and the first way of copying alone
};

/// The pairs of one host.
class HostPairs {
 public:
  /// Collective over the host's processes.
  HostPairs(const Job& job, Bootstrap& processes, const Placement& here, Extent extent)
      : job_{job},
        processes_{processes},
        here_{here},
        extent_{extent},
        memory_{processes, here, Arrays::bytes, device::NoAccess::note} {
    together(processes_, [&] { set_up(); });
  }

  void take_turns(const PeerCopyOptions& options) {
    for (auto& [ends, pair] : pairs_) pair->begin();
    for (int pass = 0; pass < options.passes; ++pass)
      for (const DirectedPair& pair : peer_copy::pairs_in_turn(here_.ranks(), pass)) {
        if (const auto own = pairs_.find({pair.device, pair.peer}); own != pairs_.end())
          take_turn(pair, *own->second, pass, options);
        processes_.patient_barrier();
      }
  }

  /// Of this process's GPUs.
  [[nodiscard]] std::vector<Record> records(int confirmation) const {
    std::vector<Record> records;
    for (const auto& [ends, pair] : pairs_)
      for (const KernelMeter& meter : pair->meters)
        records.push_back(with_ends(meter.record(job_.rank(), confirmation), ends));
    for (const auto& [ends, why] : without_access_) {
      Record record;
      record.benchmark = "peer_copy";
      record.implementation = "cuda";
      record.memory = "device";
      record.confirmation = confirmation;
      record.time = utc_timestamp();
      record.report.facts["no_access"] = why;
      records.push_back(with_ends(std::move(record), ends));
    }
    return records;
  }

 private:
  using Ends = std::pair<int, int>;

  void set_up() {
    const auto next = std::make_shared<const std::vector<std::uint32_t>>(gpu_memory::random_cycle(
        gpu_memory::chain_bytes / gpu_memory::chain_line_bytes, cycle_seed));
    for (int i = 0; i < here_.per_process; ++i) {
      const int own = here_.first_local() + i;
      const native::CurrentDevice current{here_.device(own)};
      peer_copy::upload_cycle(*next, Arrays::at(memory_.of(own)).lines);
      const auto worker = peer_copy::make_worker();
      for (int peer = 0; peer < here_.ranks(); ++peer) {
        if (peer == own || !is_wanted(own, peer)) continue;
        if (std::string why = memory_.why_not(own, peer); !why.empty()) {
          without_access_[{own, peer}] = std::move(why);
          continue;
        }
        auto pair = std::make_unique<MeasuredPair>();
        pair->kernels = make_pair_kernels(worker, Arrays::at(memory_.of(own)),
                                          Arrays::at(memory_.of(peer)), next);
        if (extent_ == Extent::ring) pair->kernels.resize(1);
        pairs_[{own, peer}] = std::move(pair);
      }
      native::check_cuda(cudaDeviceSynchronize());
    }
  }

  [[nodiscard]] bool is_wanted(int own, int peer) const {
    return extent_ == Extent::all || peer == (own + 1) % here_.ranks();
  }

  void take_turn(const DirectedPair& ends, MeasuredPair& pair, int pass,
                 const PeerCopyOptions& options) {
    const native::CurrentDevice current{here_.device(ends.device)};
    job_.announce(fmt::format("peer_copy {}->{}", here_.device_name(ends.device),
                              here_.device_name(ends.peer)));
    for (KernelMeter& meter : pair.meters) {
      job_.heartbeat.deadline_ns.store(Deadline::after(options.deadline).nanoseconds());
      job_.heartbeat.beats.fetch_add(1);
      meter.take_turn(options.budget, share_of_turn(options.iterations, options.passes, pass));
    }
    job_.heartbeat.deadline_ns.store(0);
  }

  [[nodiscard]] Record with_ends(Record record, const Ends& ends) const {
    record.host = here_.host(ends.first);
    record.device = here_.device_name(ends.first);
    record.peer = here_.device_name(ends.second);
    return record;
  }

  static constexpr std::uint64_t cycle_seed = 2;

  const Job& job_;
  Bootstrap& processes_;
  Placement here_;
  Extent extent_;
  device::PeerMemory memory_;
  std::map<Ends, std::unique_ptr<MeasuredPair>> pairs_;
  std::map<Ends, std::string> without_access_;
};

/// The pairs of all hosts of a job, each host's by its own processes.
class JobPairs {
 public:
  JobPairs(const Job& job, const Placement& placement, Extent extent) : job_{job} {
    const auto visible = gather_values(job.world, device::find_gpus().gpus.size());
    peer_copy::require_pairs(placement, *std::ranges::max_element(visible));
    processes_ = job.world.split(job.host_of[static_cast<std::size_t>(job.rank())]);
    job.announce("peer_copy");
    collectives::together(job.world, [&] {
      pairs_ = std::make_unique<HostPairs>(job, *processes_, within_host(placement), extent);
    });
  }

  [[nodiscard]] std::vector<Record> measure(const PeerCopyOptions& options) {
    pairs_->take_turns(options);
    return gather_records(job_.world, pairs_->records(options.confirmation));
  }

 private:
  const Job& job_;
  decltype(std::declval<const Job&>().world.split(0)) processes_;
  std::unique_ptr<HostPairs> pairs_;
};

}  // namespace

std::vector<Record> measure_peer_copies(const Job& job, const Placement& placement,
                                        const PeerCopyOptions& options) {
  return JobPairs{job, placement, Extent::all}.measure(options);
}

class PeerRing::State : public JobPairs {
  using JobPairs::JobPairs;
};

PeerRing::PeerRing(const Job& job, const Placement& placement)
    : state_{std::make_unique<State>(job, placement, Extent::ring)} {}
PeerRing::~PeerRing() = default;

std::vector<Record> PeerRing::measure(const PeerCopyOptions& options) {
  auto records = state_->measure(options);
  std::erase_if(records, [](const Record& record) { return record.samples_s.empty(); });
  return records;
}

}  // namespace assay::benchmarks
