#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "results/import/lines.hpp"
#include "results/import/logs.hpp"

namespace assay::results {

namespace {

enum class Sizes {
  whole,  ///< as in records
  block,  ///< of one rank's block: records have all ranks' together
  none,   ///< there are none
};

struct OsuTest {
  std::string_view title;
  std::string_view benchmark;
  Sizes sizes;
};
constexpr std::array tests{
    OsuTest{"Latency", "pair_latency", Sizes::whole},
    OsuTest{"Multi Latency", "pairs_latency", Sizes::whole},
    OsuTest{"Bandwidth", "pair", Sizes::whole},
    OsuTest{"Bi-Directional Bandwidth", "pair_both_ways", Sizes::whole},
    OsuTest{"Multiple Bandwidth / Message Rate", "pairs", Sizes::whole},
    OsuTest{"Allreduce Latency", "all_reduce", Sizes::whole},
    OsuTest{"Reduce Latency", "reduce", Sizes::whole},
    OsuTest{"Broadcast Latency", "broadcast", Sizes::whole},
    OsuTest{"Reduce_scatter Latency", "reduce_scatter", Sizes::whole},
    OsuTest{"Allgather Latency", "all_gather", Sizes::block},
    OsuTest{"Allgatherv Latency", "all_gather_v", Sizes::block},
    OsuTest{"Gather Latency", "gather", Sizes::block},
    OsuTest{"Scatter Latency", "scatter", Sizes::block},
    OsuTest{"All-to-All Personalized Exchange Latency", "all_to_all", Sizes::block},
    OsuTest{"All-to-Allv Personalized Exchange Latency", "all_to_all_v", Sizes::block},
    OsuTest{"Barrier Latency", "barrier", Sizes::none},
};

/// What OSU is built for stands after a dash in its titles: its buffers are in that one's memory,
/// unless a line says where each of them is.
constexpr std::array<std::string_view, 4> accelerators{"-CUDA", "-OPENACC", "-ROCM", "-SYCL"};

/// What follows "# OSU MPI", its dash and accelerator: of one section of a log.
struct Section {
  const OsuTest* test = nullptr;  ///< null: none that is known
  std::string version;
  std::string memory = "host";
  std::string dtype;
  std::vector<std::string> titles;
};

/// "# OSU MPI-CUDA Allreduce Latency Test v7.5"
std::optional<Section> section_in(std::string_view line, std::string& unknown) {
  constexpr std::string_view begin = "# OSU MPI";
  constexpr std::string_view end = " Test v";
  const auto found = line.find(end);
  if (!line.starts_with(begin) || found == std::string_view::npos || found < begin.size())
    return std::nullopt;
  Section section;
  std::string_view title = line.substr(begin.size(), found - begin.size());
  const std::string_view mark = title.substr(0, title.find(' '));
  const bool is_device = std::ranges::find(accelerators, mark) != accelerators.end();
  if (is_device) section.memory = "device";
  if (!is_device && !mark.empty()) title = line.substr(2, found - 2);  // "MPI-3 RMA": not known
  if (is_device || mark.empty()) title.remove_prefix(std::min(title.size(), title.find(' ') + 1));
  const auto words = words_of(line.substr(found + end.size()));
  if (!words.empty()) section.version = words[0];
  const auto* test = std::ranges::find(tests, title, &OsuTest::title);
  if (test != tests.end())
    section.test = test;
  else
    unknown = title;
  return section;
}

/// "# Size       Avg Latency(us)   Min Latency(us)": titles without the '#'. A barrier has no size.
std::optional<std::vector<std::string>> titles_in(std::string_view line) {
  if (!line.starts_with("# ")) return std::nullopt;
  std::vector<std::string> titles;
  for (const std::string_view title : titles_of(line.substr(2))) titles.emplace_back(title);
  const auto has = [&](std::string_view part) {
    return !titles.empty() && titles[0].find(part) != std::string::npos;
  };
  if (titles.empty() || (titles[0] != "Size" && !has("Latency"))) return std::nullopt;
  return titles;
}

/// The column that a record is about, its statistic and unit.
struct Main {
  std::size_t column = 0;
  bool is_time = false;
  std::string statistic;
  std::string unit;
};
std::optional<Main> main_of(const std::vector<std::string>& titles) {
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const std::string& title = titles[i];
    if (title == "Avg Latency(us)" || title == "Latency (us)" || title == "Latency(us)")
      return Main{i, true, "mean", "us"};
    if (title == "Bandwidth (MB/s)" || title == "MB/s") return Main{i, false, "mean", "MB/s"};
  }
  return std::nullopt;
}

/// "# Send Buffer on DEVICE (D) and Receive Buffer on HOST (H)": where both are, or from which to
/// which.
std::optional<std::string> memory_in(std::string_view line) {
  constexpr std::string_view send = "# Send Buffer on ";
  constexpr std::string_view receive = " and Receive Buffer on ";
  const auto found = line.find(receive);
  if (!line.starts_with(send) || found == std::string_view::npos) return std::nullopt;
  const auto place = [](std::string_view text) {
    const auto words = words_of(text);
    std::string name{words.empty() ? std::string_view{} : words[0]};
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
      return static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
    });
    return name;
  };
  const std::string from = place(line.substr(send.size(), found - send.size()));
  const std::string to = place(line.substr(found + receive.size()));
  return from == to ? from : fmt::format("{} to {}", from, to);
}

std::string dtype_of(std::string_view name) {
  constexpr std::array known{std::pair{"MPI_CHAR", "int8"}, std::pair{"MPI_INT", "int32"},
                             std::pair{"MPI_FLOAT", "float32"}, std::pair{"MPI_DOUBLE", "float64"}};
  for (const auto& [mpi, ours] : known)
    if (name == mpi) return ours;
  return "";
}

class Reader {
 public:
  explicit Reader(const ImportHints& hints) : hints_{hints} { log_.tool = "OSU"; }

  void read(const LogLine& line) {
    std::string unknown;
    if (auto section = section_in(line.text, unknown)) {
      section_ = std::move(*section);
      if (!line.whole) return;
      if (section_.test == nullptr)
        log_.unread.push_back({line.place(), fmt::format("unknown test '{}'", unknown)});
      log_.version = section_.version;
      return;
    }
    constexpr std::string_view type = "# Datatype: ";
    if (line.text.starts_with(type)) {
      std::string_view name = line.text.substr(type.size());
      if (name.ends_with('.')) name.remove_suffix(1);
      section_.dtype = dtype_of(name);
    } else if (const auto memory = memory_in(line.text)) {
      section_.memory = *memory;
    } else if (auto titles = titles_in(line.text)) {
      section_.titles = std::move(*titles);
      if (section_.test != nullptr && line.whole && !main_of(section_.titles))
        log_.unread.push_back({line.place(), "no column with a mean latency or a bandwidth"});
    } else if (section_.test != nullptr && !section_.titles.empty() && is_row(line.text)) {
      read_row(line);
    }
  }

  [[nodiscard]] ImportedLog take() { return std::move(log_); }

 private:
  static bool is_row(std::string_view line) {
    const auto words = words_of(line);
    return !words.empty() && decimal(words[0]).has_value();
  }

  void read_row(const LogLine& line) {
    const auto words = words_of(line.text);
    const auto refuse = [&](std::string reason) {
      log_.unread.push_back({line.place(), std::move(reason)});
    };
    const auto main = main_of(section_.titles);
    if (!main) return;  // said at the titles
    if (words.size() != section_.titles.size())
      return refuse(fmt::format("{} of {} columns", words.size(), section_.titles.size()));
    if (!line.whole) return refuse("the log ends in it, so its last number may be cut off");
    Record record = begin_record(*main, line);
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& title = section_.titles[i];
      const auto value = decimal(words[i]);
      if (value)
        record.source->figures[title] = *value;
      else if (title != "Validation")
        return refuse(fmt::format("{} is '{}', not a number", title, words[i]));
      else if (words[i] != "Pass")
        return refuse(fmt::format("its validation says '{}'", words[i]));
      else
        record.wrong = 0;
    }
    if (!put_size(words[0], record)) return refuse(fmt::format("'{}' is no size", words[0]));
    put_figure(record, *main, *decimal(words[main->column]));
    log_.records.push_back(std::move(record));
  }

  [[nodiscard]] Record begin_record(const Main& main, const LogLine& line) const {
    Record record;
    record.benchmark = section_.test->benchmark;
    record.implementation = "mpi";
    record.memory = section_.memory;
    record.label = imported_label;
    if (!section_.dtype.empty()) record.dtype = section_.dtype;
    record.ranks = hints_.ranks;
    record.source = Source{.tool = "OSU",
                           .version = section_.version,
                           .place = line.place(),
                           .statistic = main.statistic,
                           .unit = main.unit};
    return record;
  }

  /// False if `word` is none.
  bool put_size(std::string_view word, Record& record) const {
    if (section_.test->sizes == Sizes::none) return true;
    const auto size = whole_number(word);
    constexpr std::uint64_t most = 1ULL << 50;
    if (!size || *size > most) return false;
    record.size_bytes = *size;
    if (section_.test->sizes == Sizes::whole) return true;
    if (!hints_.ranks)
      throw UsageError{fmt::format(
          "its sizes are of one rank's block of {}, and it does not say over how many ranks: give "
          "--ranks N",
          section_.test->benchmark)};
    record.size_bytes = *size * static_cast<std::uint64_t>(*hints_.ranks);
    return true;
  }

  static void put_figure(Record& record, const Main& main, double value) {
    constexpr double microsecond = 1e-6;
    constexpr double megabyte = 1e6;
    if (!main.is_time) {
      record.algorithm_bandwidth_bytes_per_s = value * megabyte;
      return;
    }
    record.mean_s = value * microsecond;
    if (record.size_bytes && *record.mean_s > 0 && record.benchmark != "pair_latency" &&
        record.benchmark != "pairs_latency")
      record.algorithm_bandwidth_bytes_per_s =
          static_cast<double>(*record.size_bytes) / *record.mean_s;
  }

  const ImportHints& hints_;
  ImportedLog log_;
  Section section_;
};

}  // namespace

bool is_osu_text(std::string_view text) {
  return std::ranges::any_of(lines_of(text), [](const LogLine& line) {
    std::string unknown;
    return section_in(line.text, unknown).has_value();
  });
}

ImportedLog read_osu_text(std::string_view text, const ImportHints& hints) {
  Reader reader{hints};
  for (const LogLine& line : lines_of(text)) reader.read(line);
  return reader.take();
}

}  // namespace assay::results
