#include "benchmarks/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "results/statistics.hpp"

namespace assay::benchmarks {

namespace {

/// More are not kept: a record stays readable.
constexpr int samples_at_most = 2000;
/// Between two agreements on whether to go on.
constexpr Seconds batch_span{0.03};
constexpr int batch_at_most = 256;
/// Of the budget, at most, for warming up.
constexpr double warmup_share = 0.2;
/// Two batches in a row whose medians differ by less are stable.
constexpr double stable_change = 0.05;

bool is_narrow(std::span<const double> durations, double target) {
  constexpr std::size_t interval_needs = 6;  // see SamplerOptions::samples_at_least
  if (durations.size() < interval_needs) return false;
  const auto [low, high] = results::median_interval(durations);
  const double middle = results::median(durations);
  return middle > 0 && (high - low) / 2.0 <= target * middle;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

}  // namespace

/// What this rank saw in a few samples in a row.
struct Sampler::Batch {
  int operations = 1;  ///< in each sample
  std::vector<Arrival> arrivals;
  Disturbance disturbance;
  std::optional<std::uint64_t> wrong;  ///< absent: not checked
  std::optional<Mismatch> first_wrong;
};

void append(Samples& samples, const Samples& more) {
  const auto extend = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  extend(samples.duration_s, more.duration_s);
  extend(samples.skew_s, more.skew_s);
  extend(samples.disturbed, more.disturbed);
  samples.stop = more.stop;
  samples.operations = more.operations;
  const std::size_t ranks = more.own_s.size();
  samples.own_s.resize(ranks);
  samples.late_s.resize(ranks);
  samples.disturbance.resize(ranks);
  samples.wrong.resize(more.wrong.size());
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    extend(samples.own_s[rank], more.own_s[rank]);
    extend(samples.late_s[rank], more.late_s[rank]);
    samples.disturbance[rank] += more.disturbance[rank];
  }
  for (std::size_t rank = 0; rank < more.wrong.size(); ++rank)
    samples.wrong[rank] += more.wrong[rank];
  if (!samples.first_wrong) samples.first_wrong = more.first_wrong;
}

void append_pass(Samples& samples, const Samples& more) {
  append(samples, more);
  samples.passes.push_back(static_cast<int>(more.duration_s.size()));
}

Samples Sampler::sample(TimedOperation& operation, const SamplerOptions& options) {
  const auto budget = Deadline::after(options.budget);
  warm_up(operation, options);

  Samples samples;
  int wanted = 1;
  for (;;) {
    const int taken = static_cast<int>(samples.duration_s.size());
    const int limit = options.iterations.value_or(samples_at_most);
    const Batch batch = take(operation, options, taken, std::min(wanted, limit - taken));
    gather(batch, samples);

    const int total = static_cast<int>(samples.duration_s.size());
    // Clocks differ a little between ranks: all go by rank 0's.
    const bool is_spent = collectives::from_rank_zero(bootstrap_, budget.passed());

    if (options.iterations) {
      samples.stop = "iterations";
      if (total >= *options.iterations) break;
    } else {
      samples.stop = "interval";
      if (is_narrow(samples.duration_s, options.interval_target)) break;
      samples.stop = "budget";
      if ((is_spent && total >= options.samples_at_least) || total >= samples_at_most) break;
    }
    // The same on all ranks: it follows from rank 0's duration, which all know.
    const double mean = samples.duration_s.back() * options.operations + samples.skew_s.back();
    wanted = std::clamp(static_cast<int>(batch_span.value / std::max(mean, 1e-9)), 1,
                        std::min(batch_at_most, std::max(1, 2 * total)));
  }
  heartbeat_.deadline_ns.store(0, std::memory_order_relaxed);
  return samples;
}

void Sampler::warm_up(TimedOperation& operation, SamplerOptions options) {
  options.check = false;  // what is not counted need not be right yet: the samples will tell
  if (options.warmup) {
    for (int i = 0; i < *options.warmup; ++i) static_cast<void>(take_one(operation, options));
    return;
  }
  const auto budget = Deadline::after(options.budget * warmup_share);
  double before = 0;
  for (int count = 1;; count = std::min(2 * count, batch_at_most)) {
    Samples samples;
    gather(take(operation, options, 0, count), samples);
    const double now = results::median(samples.duration_s);
    const bool stable = before > 0 && std::abs(now - before) < stable_change * before;
    before = now;
    if (collectives::from_rank_zero(bootstrap_, stable || budget.passed())) return;
  }
}

Sampler::Batch Sampler::take(TimedOperation& operation, const SamplerOptions& options, int first,
                             int count) {
  Batch batch;
  batch.operations = options.operations;
  const int checks = options.checks.value_or(first + count) - first;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t number = number_;
    batch.arrivals.push_back(take_one(operation, options));
    const Disturbance disturbance = probe_.since_last();
    batch.disturbance += disturbance;
    batch.arrivals.back().disturbed = disturbance.noticed() ? 1 : 0;
    if (!options.check) continue;
    if (!batch.wrong) batch.wrong = 0;
    if (i >= checks) continue;
    if (auto mismatch = operation.check(number)) {
      *batch.wrong += mismatch->count;
      if (!batch.first_wrong) batch.first_wrong = std::move(mismatch);
    }
  }
  return batch;
}

Arrival Sampler::take_one(TimedOperation& operation, const SamplerOptions& options) {
  const auto deadline = Deadline::after(options.deadline);
  heartbeat_.deadline_ns.store(deadline.nanoseconds(), std::memory_order_relaxed);
  heartbeat_.beats.fetch_add(1, std::memory_order_relaxed);
  // A system call here, later it would push the freshly written data out of the nearest cache.
  static_cast<void>(probe_.since_last());
  operation.prepare(number_++);
  bootstrap_.barrier();
  const Seconds arrival = steady_now();
  auto status = operation.run(deadline);
  for (int i = 1; i < options.operations && !status; ++i) status = operation.run(deadline);
  const Seconds departure = steady_now();
  if (status) give_up(*status);
  return {alignment_.to_reference(arrival), alignment_.to_reference(departure)};
}

void Sampler::gather(const Batch& batch, Samples& samples) {
  // Times in binary, the rest (rarely long) as JSON.
  const auto times = std::as_bytes(std::span{batch.arrivals});
  nlohmann::json notes{{"switches", batch.disturbance.involuntary_switches},
                       {"wait", batch.disturbance.run_queue_wait.value}};
  if (batch.wrong) notes["wrong"] = *batch.wrong;
  if (batch.first_wrong)
    notes["first"] = {batch.first_wrong->offset, batch.first_wrong->expected,
                      batch.first_wrong->found};
  const auto all_times = bootstrap_.all_gather(times);
  const auto all_notes = bootstrap_.all_gather(bytes_of(notes.dump()));

  const std::size_t ranks = all_times.size();
  std::vector<std::vector<Arrival>> by_rank(ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    by_rank[rank].resize(all_times[rank].size() / sizeof(Arrival));
    std::memcpy(by_rank[rank].data(), all_times[rank].data(), all_times[rank].size());
  }
  Samples more;
  more.operations = batch.operations;
  more.own_s.resize(ranks);
  more.late_s.resize(ranks);
  for (std::size_t i = 0; i < by_rank[0].size(); ++i) {
    Seconds first_arrival = by_rank[0][i].arrival;
    Seconds last_arrival = first_arrival;
    Seconds last_departure = by_rank[0][i].departure;
    bool disturbed = false;
    for (const auto& rank : by_rank) {
      first_arrival = std::min(first_arrival, rank[i].arrival);
      last_arrival = std::max(last_arrival, rank[i].arrival);
      last_departure = std::max(last_departure, rank[i].departure);
      disturbed |= rank[i].disturbed != 0;
    }
    // Clocks of different machines agree only so far: what they make negative is nothing.
    more.duration_s.push_back(std::max(0.0, (last_departure - last_arrival).value) /
                              batch.operations);
    more.skew_s.push_back((last_arrival - first_arrival).value);
    more.disturbed.push_back(disturbed ? 1 : 0);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      more.own_s[rank].push_back((by_rank[rank][i].departure - by_rank[rank][i].arrival).value /
                                 batch.operations);
      more.late_s[rank].push_back((by_rank[rank][i].arrival - first_arrival).value);
    }
  }
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    const auto* text = reinterpret_cast<const char*>(all_notes[rank].data());
    const auto told = nlohmann::json::parse(text, text + all_notes[rank].size());
    more.disturbance.push_back({told["switches"], {told["wait"].get<double>()}});
    if (told.contains("wrong")) more.wrong.push_back(told["wrong"]);
    if (told.contains("first") && !more.first_wrong)
      more.first_wrong = {static_cast<int>(rank),
                          {told["wrong"], told["first"][0], told["first"][1], told["first"][2]}};
  }
  append(samples, more);
}

void Sampler::give_up(const collectives::TimedOut& wait) {
  heartbeat_.waiting_for.store(wait.waiting_for);
  heartbeat_.lane.store(wait.lane);
  heartbeat_.step.store(wait.step);
  heartbeat_.phase.store(Heartbeat::Phase::timed_out);
  throw Error{"assay", 0,
              fmt::format("rank {} {} (lane {}, step {})", wait.waiting_for,
                          wait.failure == nullptr
                              ? "did not answer before the deadline"
                              : fmt::format("cannot be reached any more: {}", wait.failure),
                          wait.lane, wait.step),
              std::source_location::current(), ExitCode::deadline};
}

}  // namespace assay::benchmarks
