#include "benchmarks/recording.hpp"

#include <utility>

#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

Recording::Recording(results::RunWriter* writer, const results::RunInfo& info, bool quiet,
                     Seconds expected, bool launched)
    : writer_{writer},
      run_{info, {}, false},
      progress_{writer != nullptr && !quiet, expected},
      busy_{launched} {}

void Recording::keep(std::vector<results::Record> records) {
  if (writer_ == nullptr) return;
  for (results::Record& record : records) {
    writer_->append(record);
    run_.records.push_back(std::move(record));
  }
}

void Recording::set_network(const results::NetworkInfo& network) {
  if (writer_ == nullptr) return;
  run_.info.network = network;
  writer_->update(run_.info);
}

void Recording::finish() {
  if (writer_ == nullptr) return;
  if (!is_simulated()) run_.info.busy = busy_.found();
  run_.info.end = utc_timestamp();
  writer_->update(run_.info);
}

}  // namespace assay::benchmarks
