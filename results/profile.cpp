#include "results/profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <vector>

#include "core/error.hpp"
#include "results/files.hpp"

namespace assay::results {

namespace {

constexpr std::array<std::string_view, 3> units{"bytes_per_s", "flop_per_s", "share"};
/// Ports differ: what is asked of them are shares of their rate, and of them alone.
constexpr std::string_view figures_in_shares = "network/port";
constexpr std::array<std::string_view, 3> sections{"profile", "figures", "inventory"};
constexpr std::array<std::string_view, 7> inventory_keys{
    "gpus", "nvlinks", "pcie_generation", "pcie_width", "memory_gib", "ecc", "source"};
constexpr std::array<std::string_view, 4> description_keys{"name", "description", "processor",
                                                           "gpu"};
constexpr std::array<std::string_view, 5> figure_keys{"unit", "reference", "floor", "ceiling",
                                                      "source"};

/// The place of everything that is wrong is told with it.
class Reader {
 public:
  explicit Reader(std::string file) : file_{std::move(file)} {}

  [[noreturn]] void refuse(const toml::source_region& place, const std::string& what) const {
    throw UsageError{
        fmt::format("{}:{}:{}: {}", file_, place.begin.line, place.begin.column, what)};
  }

  template <std::size_t Count>
  void refuse_unknown_keys(const toml::table& table,
                           const std::array<std::string_view, Count>& known) const {
    for (const auto& [key, value] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      refuse(key.source(),
             fmt::format("unknown key '{}'; known: {}", key.str(), fmt::join(known, ", ")));
    }
  }

  [[nodiscard]] const toml::table& section(const toml::table& table, std::string_view name) const {
    const toml::node* node = table.get(name);
    if (node == nullptr) refuse(table.source(), fmt::format("section [{}] is missing", name));
    return as_table(*node, name);
  }

  [[nodiscard]] const toml::table& as_table(const toml::node& node, std::string_view name) const {
    if (!node.is_table()) refuse(node.source(), fmt::format("'{}' must be a section", name));
    return *node.as_table();
  }

  /// A text that is there and not empty.
  [[nodiscard]] std::string text(const toml::table& table, std::string_view name) const {
    const toml::node* node = table.get(name);
    if (node == nullptr) refuse(table.source(), fmt::format("'{}' is missing", name));
    const auto value = node->value_exact<std::string>();
    if (!value || value->find_first_not_of(" \t\n") == std::string::npos) {
      refuse(node->source(), fmt::format("'{}' must be a text in quotes, not empty", name));
    }
    return *value;
  }

  [[nodiscard]] std::optional<double> number(const toml::table& table,
                                             std::string_view name) const {
    const toml::node* node = table.get(name);
    if (node == nullptr) return std::nullopt;
    const auto value = node->is_number() ? node->value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value) || *value <= 0) {
      refuse(node->source(), fmt::format("'{}' must be a number above 0", name));
    }
    return value;
  }

  [[nodiscard]] double required_number(const toml::table& table, std::string_view name) const {
    const auto value = number(table, name);
    if (!value) refuse(table.source(), fmt::format("'{}' is missing", name));
    return *value;
  }

 private:
  std::string file_;
};

/// Throws  UsageError at the offending number, unless the bounds can tell a sound machine from
///         another one.
void check_bounds(const Reader& reader, const toml::table& table, const ProfileFigure& figure) {
  const auto refuse_floor = [&](const std::string& what) {
    reader.refuse(table.get("floor")->source(), what);
  };
  if (figure.ceiling && figure.floor > *figure.ceiling) {
    refuse_floor(fmt::format("floor {} stands above the ceiling {}: nothing could pass",
                             figure.floor, *figure.ceiling));
  }
  if (figure.floor > figure.reference) {
    refuse_floor(fmt::format("floor {} stands above the reference {}: a sound machine would fail",
                             figure.floor, figure.reference));
  }
  if (figure.floor < lowest_floor_share * figure.reference) {
    refuse_floor(
        fmt::format("floor {} is below {} % of the reference {}: a broken machine would "
                    "pass",
                    figure.floor, std::lround(lowest_floor_share * 100), figure.reference));
  }
  if (figure.ceiling && figure.reference > *figure.ceiling) {
    reader.refuse(
        table.get("reference")->source(),
        fmt::format("reference {} stands above the ceiling {}", figure.reference, *figure.ceiling));
  }
}

/// Throws  UsageError unless a share is of what shares are asked of, and no more than all.
void check_share(const Reader& reader, const toml::table& table, std::string_view name,
                 const ProfileFigure& figure) {
  const bool in_shares = name.starts_with(figures_in_shares);
  if (in_shares != (figure.unit == "share"))
    reader.refuse(table.get("unit")->source(),
                  in_shares
                      ? fmt::format("the unit of '{}' must be 'share', of what the port "
                                    "carries",
                                    name)
                      : fmt::format("'{}' is no share: only '{}' is", name, figures_in_shares));
  if (in_shares && figure.reference > 1)
    reader.refuse(
        table.get("reference")->source(),
        fmt::format("reference {} is more than all that a port carries (1)", figure.reference));
}

ProfileFigure read_figure(const Reader& reader, const toml::table& table, std::string_view name) {
  reader.refuse_unknown_keys(table, figure_keys);
  ProfileFigure figure;
  figure.unit = reader.text(table, "unit");
  if (std::find(units.begin(), units.end(), figure.unit) == units.end()) {
    reader.refuse(table.get("unit")->source(),
                  fmt::format("unknown unit '{}'; known: {}", figure.unit, fmt::join(units, ", ")));
  }
  figure.reference = reader.required_number(table, "reference");
  figure.floor = reader.required_number(table, "floor");
  figure.ceiling = reader.number(table, "ceiling");
  figure.source = reader.text(table, "source");
  check_share(reader, table, name, figure);
  check_bounds(reader, table, figure);
  return figure;
}

std::regex compile(const std::string& pattern) { return std::regex{pattern, std::regex::icase}; }

/// Empty where it is absent.
std::string read_pattern(const Reader& reader, const toml::table& table, const char* name) {
  if (!table.contains(name)) return "";
  std::string pattern = reader.text(table, name);
  try {
    (void)compile(pattern);
  } catch (const std::regex_error& error) {
    reader.refuse(table.get(name)->source(), fmt::format("'{}' is no regular expression", pattern));
  }
  return pattern;
}

bool fits(const std::string& pattern, const std::vector<std::string>& names) {
  return !pattern.empty() && std::ranges::any_of(names, [&](const std::string& name) {
    return std::regex_search(name, compile(pattern));
  });
}

void read_description(const Reader& reader, const toml::table& table, Profile& profile) {
  reader.refuse_unknown_keys(table, description_keys);
  profile.name = reader.text(table, "name");
  if (table.contains("description")) profile.description = reader.text(table, "description");
  profile.processor_pattern = read_pattern(reader, table, "processor");
  profile.gpu_pattern = read_pattern(reader, table, "gpu");
}

void read_counts(const Reader& reader, const toml::table& table, Profile& profile) {
  reader.refuse_unknown_keys(table, inventory_keys);
  static_cast<void>(reader.text(table, "source"));
  for (const auto& [name, node] : table) {
    if (name.str() == "source") continue;
    if (name.str() == "ecc") {
      if (node.value_exact<bool>() != true)
        reader.refuse(node.source(), "'ecc' must be true, or not be there");
      profile.inventory.emplace("ecc", 1.0);
      continue;
    }
    const auto count = node.value_exact<std::int64_t>();
    if (!count || *count < 1)
      reader.refuse(node.source(), fmt::format("'{}' must be a whole number above 0", name.str()));
    profile.inventory.emplace(name.str(), static_cast<double>(*count));
  }
}

toml::table parse(const Reader& reader, const std::filesystem::path& file) {
  try {
    return toml::parse(read_whole_file(file), file.string());
  } catch (const toml::parse_error& error) {
    reader.refuse(error.source(), std::string{error.description()});
  }
}

std::vector<std::filesystem::path> profiles_in(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator{directory, missing}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Profile read_profile(const std::filesystem::path& file) {
  const Reader reader{file.string()};
  const toml::table root = parse(reader, file);
  reader.refuse_unknown_keys(root, sections);
  Profile profile;
  read_description(reader, reader.section(root, "profile"), profile);
  const toml::table& figures = reader.section(root, "figures");
  if (figures.empty()) reader.refuse(figures.source(), "section [figures] is empty");
  for (const auto& [name, node] : figures) {
    profile.figures.emplace(name.str(),
                            read_figure(reader, reader.as_table(node, name.str()), name.str()));
  }
  if (root.contains("inventory")) read_counts(reader, reader.section(root, "inventory"), profile);
  return profile;
}

std::optional<double> inventory_of(const Profile* profile, const std::string& name) {
  if (profile == nullptr) return std::nullopt;
  const auto found = profile->inventory.find(name);
  if (found == profile->inventory.end()) return std::nullopt;
  return found->second;
}

std::optional<Profile> find_profile(const std::filesystem::path& directory,
                                    const std::string& processor,
                                    const std::vector<std::string>& gpus) {
  std::optional<Profile> by_processor;
  for (const auto& file : profiles_in(directory)) {
    Profile profile = read_profile(file);
    if (fits(profile.gpu_pattern, gpus)) {
      // Nobody said that it is such a machine: it may have been given one GPU of its eight.
      profile.inventory.erase("gpus");
      return profile;
    }
    if (!by_processor && fits(profile.processor_pattern, {processor}))
      by_processor = std::move(profile);
  }
  return by_processor;
}

}  // namespace assay::results
