#include "benchmarks/telemetry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/host_links.hpp"
#include "benchmarks/sensor_log.hpp"
#include "core/clock.hpp"
#include "core/machine.hpp"
#include "topology/gpu.hpp"
#include "topology/host_sensors.hpp"
#include "topology/parts/this_host.hpp"

namespace assay::benchmarks {

using results::Record;
using topology::Counters;

namespace {

/// Between readings: a stage of a second has some, and they take well below a hundredth of it.
constexpr std::chrono::milliseconds period{250};

/// Calls `step` again and again in a thread of its own, until it is destroyed.
class Repeater {
 public:
  template <class Step>
  explicit Repeater(Step step)
      : thread_{[this, step = std::move(step)](const std::stop_token& stop) mutable {
          std::unique_lock lock{mutex_};
          while (!stop.stop_requested()) {
            step();
            static_cast<void>(wake_.wait_for(lock, stop, period, [] { return false; }));
          }
        }} {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

Record new_record(const Job& job, const char* benchmark, const char* implementation) {
  Record record;
  record.benchmark = benchmark;
  record.implementation = implementation;
  record.host = job.identity(job.rank()).host;
  record.time = utc_timestamp();
  return record;
}

/// One GPU during one stage.
struct GpuLog {
  SensorLog sensors;
  Counters before;
  Counters xids;
  std::string lost;
};

}  // namespace

/// What the first rank of a host reads.
class Telemetry::Watch {
 public:
  explicit Watch(const Job& job, std::string& why_no_gpus)
      : job_{job}, processors_{job.host.usable_processors} {
    if (auto nvml = topology::Nvml::open(why_no_gpus)) {
      nvml_ = std::make_unique<topology::Nvml>(std::move(*nvml));
      devices_ = nvml_->devices();
      if (devices_.empty()) why_no_gpus = "NVML sees no GPU";
      xids_ = std::make_unique<topology::XidListener>(*nvml_, devices_);
    }
  }

  [[nodiscard]] std::vector<Record> inventory(const std::string& why_no_gpus) const {
    std::vector<Record> records;
    Record host = new_record(job_, "inventory", nvml_ ? "nvml" : "kernel");
    const std::string governors = topology::read_governors(processors_);
    if (!governors.empty()) host.report.facts["governors"] = governors;
    if (devices_.empty()) host.report.facts["without_gpus"] = why_no_gpus;
    if (nvml_) host.report.facts["nvml"] = nvml_->version();
    if (nvml_ && !nvml_->missing().empty())
      host.report.facts["lacks"] = fmt::format("{}", fmt::join(nvml_->missing(), ", "));
    records.push_back(std::move(host));
    for (std::size_t index = 0; index < devices_.size(); ++index) {
      const auto inventory = topology::read_inventory(*nvml_, index);
      Record gpu = new_record(job_, "inventory", "nvml");
      gpu.device = fmt::format("gpu{}", index);
      gpu.report.facts = inventory.facts;
      gpu.report.readings = inventory.readings;
      if (!inventory.lost.empty()) gpu.report.facts["lost"] = inventory.lost;
      records.push_back(std::move(gpu));
    }
    const std::string& name = *records[0].host;
    std::ranges::move(host_link_records(name, topology::discover_parts(name)),
                      std::back_inserter(records));
    return records;
  }

  void begin() {
    host_ = {};
    throttles_ = topology::read_throttle_counters(processors_);
    gpus_.assign(devices_.size(), {});
    for (std::size_t i = 0; i < devices_.size(); ++i)
      gpus_[i].before = topology::read_gpu_counters(*nvml_, devices_[i]);
    const bool has_sensors =
        !devices_.empty() || !topology::read_host_sensors(processors_).readings.empty();
    if (has_sensors) repeater_ = std::make_unique<Repeater>([this] { read(); });
  }

  [[nodiscard]] std::vector<Record> end() {
    const bool has_sensors = repeater_ != nullptr;
    repeater_.reset();
    if (has_sensors) read();  // a short stage has at least its end
    std::vector<Record> records;
    Record host = new_record(job_, "telemetry", "kernel");
    host.device = "cpu";
    host_.describe(host);
    host.counters = topology::growth(throttles_, topology::read_throttle_counters(processors_));
    if (!host.report.sensors.empty() || !host.counters.empty()) records.push_back(std::move(host));
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      Record gpu = new_record(job_, "telemetry", "nvml");
      gpu.device = fmt::format("gpu{}", i);
      gpus_[i].sensors.describe(gpu);
      gpu.counters =
          topology::growth(gpus_[i].before, topology::read_gpu_counters(*nvml_, devices_[i]));
      if (xids_ && xids_->listens_to(i)) gpu.counters["xids"] = 0;
      for (const auto& [name, count] : gpus_[i].xids) {
        gpu.counters[name] += count;
        gpu.counters["xids"] += count;
      }
      if (!gpus_[i].lost.empty()) gpu.report.facts["lost"] = gpus_[i].lost;
      records.push_back(std::move(gpu));
    }
    return records;
  }

 private:
  void read() {
    host_.add(topology::read_host_sensors(processors_).readings, {});
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      const auto sensors = topology::read_sensors(*nvml_, devices_[i]);
      if (sensors.lost.empty())
        gpus_[i].sensors.add(sensors.readings, sensors.throttled_by);
      else
        gpus_[i].lost = sensors.lost;
    }
    if (xids_)
      for (const auto& [device, xid] : xids_->take())
        if (device < gpus_.size()) ++gpus_[device].xids[fmt::format("xid_{}", xid)];
  }

  const Job& job_;
  std::vector<int> processors_;
  std::unique_ptr<topology::Nvml> nvml_;
  std::vector<native::NvmlDevice> devices_;
  std::unique_ptr<topology::XidListener> xids_;
  SensorLog host_;
  Counters throttles_;
  std::vector<GpuLog> gpus_;
  std::unique_ptr<Repeater> repeater_;  ///< while a stage goes on; last, so that it ends first
};

Telemetry::Telemetry(const Job& job) : job_{job} {
  if (job.speaks_for_host() && !is_simulated()) watch_ = std::make_unique<Watch>(job, why_no_gpus_);
}
Telemetry::~Telemetry() = default;

std::vector<Record> Telemetry::inventory() const {
  return gather_records(job_.world,
                        watch_ ? watch_->inventory(why_no_gpus_) : std::vector<Record>{});
}

void Telemetry::begin() {
  if (watch_) watch_->begin();
}

std::vector<Record> Telemetry::end(const std::string& stage, std::optional<int> window) {
  std::vector<Record> records;
  if (watch_) records = watch_->end();
  for (Record& record : records) {
    record.algorithm = stage;
    record.window = window;
  }
  return gather_records(job_.world, records);
}

}  // namespace assay::benchmarks
