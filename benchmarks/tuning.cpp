#include "benchmarks/tuning.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "benchmarks/buffer.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/reduction.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "results/statistics.hpp"

namespace assay::benchmarks {

using collectives::Choice;
using collectives::Elements;
using collectives::FittedCost;
using collectives::Timing;

namespace {

/// From one size to the next that is measured.
constexpr std::uint64_t size_factor = 8;
/// Smaller messages cost what this one does.
constexpr Bytes smallest_tuned{8};
/// Times around, and where among their medians the figure lies that counts: interference only ever
/// adds, so a low one, but not the lowest, which may be a lucky overlap of timers.
constexpr int rounds = 7;
constexpr double counted_quantile = 0.25;
/// Of one way at one size in one round, at most (but at least one sample).
constexpr Seconds round_span{0.002};
constexpr int samples_at_most = 40;
/// What is so many times slower than the quickest at first sight is not looked at again.
constexpr double hopeless = 6.0;

std::vector<Bytes> sizes_between(const CollectiveBenchmark& benchmark, Bytes smallest,
                                 Bytes largest) {
  largest = std::min(largest, Tuning::largest_tuned);
  std::vector<Bytes> sizes;
  const auto add = [&](Bytes size) {
    const Bytes measured = benchmark.measured_size(size);
    if (measured > 0_B && (sizes.empty() || measured > sizes.back())) sizes.push_back(measured);
  };
  for (Bytes size = std::max(smallest, smallest_tuned); size < largest; size = size * size_factor)
    add(size);
  add(largest);
  return sizes;
}

/// The sizes between which choices may change.
std::vector<Bytes> choice_sizes(Bytes smallest, Bytes largest) {
  std::vector<Bytes> sizes;
  for (Bytes size = std::max(smallest, 1_B); size < largest; size = size * 2) sizes.push_back(size);
  sizes.push_back(largest);
  return sizes;
}

/// Of one byte of a sum of two, in blocks as executors take them.
double reduction_cost(const Elements& elements) {
  constexpr std::size_t bytes = 64 << 10;
  constexpr int repeats = 9;
  const Buffer left{bytes};
  const Buffer right{bytes};
  const Buffer result{bytes};
  std::memset(left.data(), 0, bytes);  // zero is a number in every type
  std::memset(right.data(), 0, bytes);
  const auto& reduction = collectives::find_reduction(elements.type, elements.op);
  const std::size_t count = bytes / info(elements.type).bytes;
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const Seconds begin = steady_now();
    reduction.reduce(result.data(), left.data(), right.data(), count);
    times.push_back((steady_now() - begin).value);
  }
  return results::median(times) / bytes;
}

}  // namespace

Tuning::Tuning(CollectiveBenchmark& benchmark, Bytes smallest, Bytes largest, Seconds deadline)
    : task_{benchmark.task()},
      group_{benchmark.group()},
      registered_{benchmark.registered()},
      smallest_{smallest},
      largest_{largest} {
  for (const CollectiveBenchmark::Way& way : benchmark.ways()) {
    if (!way.traits.work)
      throw Error{"assay", 0, "nothing is known of how " + way.traits.algorithm + " works"};
    ways_.push_back({way.traits, {}, {}});
  }
  measure(benchmark, sizes_between(benchmark, smallest, largest), deadline);
  apply(benchmark);
}

void Tuning::measure(CollectiveBenchmark& benchmark, const std::vector<Bytes>& sizes,
                     Seconds deadline) {
  SamplerOptions options;
  options.check = false;
  options.deadline = deadline;
  const auto time = [&](std::size_t way, Bytes size, int iterations, int warmup) {
    options.iterations = iterations;
    options.warmup = warmup;
    return benchmark.measure_way(way, size, false, options).median_s.value();
  };
  for (const Bytes size : sizes) {
    std::vector<std::vector<double>> times(ways_.size());
    for (std::size_t way = 0; way < ways_.size(); ++way)
      times[way].push_back(time(way, size, 1, 1));
    const double quickest = std::ranges::min(times)[0];
    for (int round = 0; round < rounds; ++round)
      for (std::size_t way = 0; way < ways_.size(); ++way) {
        const double first = times[way][0];
        if (first > hopeless * quickest) continue;
        const int iterations = std::clamp(
            static_cast<int>(round_span.value / std::max(first, 1e-9)), 1, samples_at_most);
        times[way].push_back(time(way, size, iterations, iterations > 1 ? 1 : 0));
      }
    for (std::size_t way = 0; way < ways_.size(); ++way)
      ways_[way].timings.push_back(
          {size,
           ways_[way].traits.work->at(size),
           {std::max(results::quantile(times[way], counted_quantile), 1e-9)}});
  }
}

void Tuning::apply(CollectiveBenchmark& benchmark) {
  task_ = benchmark.task();
  const bool reduces = info(task_.operation).reduces;
  reduction_s_per_byte_ = reduces ? reduction_cost(task_.elements) : 0.0;
  if (group_.rank() == 0) fit();
  for (const bool in_place : {false, true})
    choices_[in_place ? 1 : 0] = collectives::gather_lists(
        group_.bootstrap, group_.rank() == 0 ? choose(in_place) : std::vector<Choice>{})[0];
  benchmark.choose_by(choices_[0], choices_[1]);
}

void Tuning::fit() {
  for (Way& way : ways_) {
    if (way.cost)
      way.cost = way.cost->with_reduction(reduction_s_per_byte_);
    else if (!way.timings.empty())
      way.cost.emplace(way.timings, reduction_s_per_byte_);
  }
}

std::vector<Choice> Tuning::choose(bool in_place) const {
  const auto sizes = choice_sizes(smallest_, largest_);
  std::vector<std::vector<Seconds>> times;
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    std::vector<Seconds>& of_way = times.emplace_back();
    for (const Bytes size : sizes)
      if (in_place && !ways_[way].traits.in_place)
        of_way.push_back({std::numeric_limits<double>::infinity()});
      else
        of_way.push_back(predict(way, size));
  }
  return collectives::choose(sizes, times);
}

Seconds Tuning::predict(std::size_t way, Bytes size) const {
  const Way& tuned = ways_[way];
  return tuned.cost ? tuned.cost->predict(size, tuned.traits.work->at(size)) : Seconds{0};
}

std::vector<results::CostFigures> Tuning::figures() const {
  std::vector<results::CostFigures> all;
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    const Way& tuned = ways_[way];
    if (!tuned.cost) continue;
    results::CostFigures& figures = all.emplace_back();
    figures.benchmark = info(task_.operation).name;
    figures.algorithm = tuned.traits.algorithm;
    figures.transport = tuned.traits.transport;
    figures.dtype = info(task_.elements.type).name;
    if (info(task_.operation).reduces) figures.op = info(task_.elements.op).name;
    figures.ranks = group_.size();
    figures.group = group_.number;
    figures.registered = registered_;
    figures.latency_s = tuned.cost->latency().value;
    if (const auto bandwidth = tuned.cost->bandwidth())
      figures.bandwidth_bytes_per_s = bandwidth->bytes_per_second;
    figures.reduction_s_per_byte = tuned.cost->reduction_s_per_byte();
    figures.relative_error = tuned.cost->relative_error();
    for (const Timing& timing : tuned.timings)
      figures.points.push_back({timing.size.value, timing.time.value});
    std::uint64_t from = 0;
    for (const Choice& choice : choices(false)) {
      if (choice.way == way) figures.chosen.push_back({from, choice.up_to.value});
      from = choice.up_to.value + 1;
    }
  }
  return all;
}

}  // namespace assay::benchmarks
