#include "cli/group_tunings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "benchmarks/gathered_records.hpp"
#include "cli/group_rows.hpp"
#include "cli/model_table.hpp"
#include "results/cost_figures.hpp"
#include "results/json_fields.hpp"

namespace assay::cli {

using benchmarks::CollectiveBenchmark;
using results::CostFigures;

namespace {

/// Collective over the job: on rank 0 all groups' figures.
std::vector<CostFigures> gather_figures(const benchmarks::Job& job,
                                        const std::vector<CostFigures>& mine) {
  results::Json list = results::Json::array();
  for (const CostFigures& figures : mine) list.push_back(results::cost_json(figures));
  const std::string text = results::dump_json(list);
  std::vector<CostFigures> all;
  for (const std::string& told : collectives::gather_texts(job.world, text)) {
    if (job.rank() != 0) continue;
    const auto theirs = results::parse_json(told);
    for (const auto& figures : theirs)
      all.push_back(results::read_cost(results::FieldReader{figures}));
  }
  return all;
}

}  // namespace

std::string GroupTunings::gather(const std::string& mine) const {
  std::string all;
  for (const std::string& told : collectives::gather_texts(job_.world, mine)) all += told;
  return all;
}

std::string GroupTunings::apply(CollectiveBenchmark& benchmark, const std::vector<Bytes>& sizes,
                                RecordSink& sink) {
  job_.world.barrier();
  if (tuning_)
    tuning_->apply(benchmark);
  else
    tuning_.emplace(benchmark, sizes.front(), sizes.back(), sampler_.deadline);
  wait_for_all(job_, sampler_);
  sink.keep_models(gather_figures(job_, tuning_->figures()));

  const benchmarks::Group& group = benchmark.group();
  std::string all = gather(group.rank() == 0 ? choices_line(*tuning_, group.number) : "");
  if (all == said_) return {};
  said_ = std::move(all);
  return said_;
}

std::string GroupTunings::measure_model(CollectiveBenchmark& benchmark,
                                        const std::vector<Bytes>& sizes, RecordSink& sink) {
  const benchmarks::Group& group = benchmark.group();
  std::vector<ModelRow> rows;
  for (const Bytes size : sizes)
    for (std::size_t way = 0; way < benchmark.ways().size(); ++way) {
      job_.world.barrier();
      const results::Record record = benchmark.measure_way(way, size, false, sampler_);
      wait_for_all(job_, sampler_);
      rows.push_back({benchmark.measured_size(size), way, {record.median_s.value_or(0)}});
      std::vector<results::Record> mine;
      if (group.rank() == 0) mine.push_back(record);
      for (const auto& of_group : benchmarks::gather_records(job_.world, mine)) sink.keep(of_group);
    }
  return gather(group.rank() == 0 ? model_table(*tuning_, rows, group.number) : "");
}

}  // namespace assay::cli
