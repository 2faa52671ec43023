#include "results/json_fields.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"
#include "results/record.hpp"

namespace assay::results {

namespace {

/// What a message shows of a value that may be megabytes long.
std::string excerpt(const Json& value) {
  constexpr std::size_t longest = 40;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  std::string text = dump_json(value);
  if (text.size() > longest) text = text.substr(0, longest) + "...";
  return text;
}

/// nlohmann's messages begin with "[json.exception.parse_error.101] ".
std::string plain_message(const std::exception& error) {
  const std::string text = error.what();
  const auto end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace

Json parse_json(const std::string& text) {
  const auto limit_depth = [](int depth, Json::parse_event_t, Json&) {
    if (depth > deepest_nesting) {
      throw UsageError{fmt::format("nested deeper than {} levels", deepest_nesting)};
    }
    return true;
  };
  try {
    return Json::parse(text, limit_depth);
  } catch (const Json::exception& error) {
    throw UsageError{"not JSON: " + plain_message(error)};
  }
}

bool is_whole_json(const std::string& text) { return Json::accept(text); }

std::string dump_json(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

double finite(double value, std::string_view name) {
  if (!std::isfinite(value)) {
    throw Error{"results", 0, fmt::format("{} is {}, which is no measurement", name, value)};
  }
  return value;
}

void put(Json& object, const char* name, const std::optional<std::string>& value) {
  if (value) object[name] = *value;
}
void put(Json& object, const char* name, const std::optional<double>& value) {
  if (value) object[name] = finite(*value, name);
}
void put(Json& object, const char* name, const std::optional<int>& value) {
  if (value) object[name] = *value;
}
void put(Json& object, const char* name, const std::optional<std::uint64_t>& value) {
  if (value) object[name] = *value;
}
void put(Json& object, const char* name, const std::optional<bool>& value) {
  if (value) object[name] = *value;
}
void put(Json& object, const char* name, const std::optional<std::array<double, 2>>& value) {
  if (value) object[name] = {finite((*value)[0], name), finite((*value)[1], name)};
}

FieldReader::FieldReader(const Json& object, std::string where)
    : object_{&object}, where_{std::move(where)} {
  if (!object.is_object()) {
    throw UsageError{fmt::format("{}{} where an object is expected", where_, excerpt(object))};
  }
}

const Json* FieldReader::find(const char* name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> FieldReader::text(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(name, *value, "a text");
  return value->get<std::string>();
}

std::optional<double> FieldReader::number(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) refuse(name, *value, "a number");
  return value->get<double>();
}

std::optional<double> FieldReader::magnitude(const char* name) const {
  const auto value = number(name);
  if (value && *value < 0) refuse(name, *value, "a number from 0 on");
  return value;
}

std::optional<int> FieldReader::integer(const char* name, int minimum) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  // A double is compared, because nlohmann wraps what does not fit the type asked for.
  const bool fits = value->is_number_integer() && value->get<double>() >= minimum &&
                    value->get<double>() <= std::numeric_limits<int>::max();
  if (!fits) refuse(name, *value, fmt::format("a whole number from {} on", minimum));
  return value->get<int>();
}

std::optional<std::uint64_t> FieldReader::count(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned()) refuse(name, *value, "a whole number from 0 on");
  return value->get<std::uint64_t>();
}

std::optional<bool> FieldReader::flag(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(name, *value, "true or false");
  return value->get<bool>();
}

std::optional<std::array<double, 2>> FieldReader::interval(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto bounds = magnitudes(name);
  if (bounds.size() != 2 || bounds[0] > bounds[1]) {
    refuse(name, *value, "two numbers, the lower first");
  }
  return std::array{bounds[0], bounds[1]};
}

std::vector<double> FieldReader::magnitudes(const char* name) const {
  std::vector<double> numbers;
  const Json* values = list(name);
  if (values == nullptr) return numbers;
  numbers.reserve(values->size());
  for (const Json& value : *values) {
    if (!value.is_number() || value.get<double>() < 0) refuse(name, value, "numbers from 0 on");
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

std::vector<int> FieldReader::integers(const char* name) const {
  std::vector<int> numbers;
  for (const double value : magnitudes(name)) {
    if (value != std::floor(value) || value > std::numeric_limits<int>::max())
      refuse(name, *find(name), "whole numbers from 0 on");
    numbers.push_back(static_cast<int>(value));
  }
  return numbers;
}

std::vector<std::string> FieldReader::texts(const char* name) const {
  std::vector<std::string> texts;
  const Json* values = list(name);
  if (values == nullptr) return texts;
  for (const Json& value : *values) {
    if (!value.is_string()) refuse(name, value, "texts");
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::uint64_t> FieldReader::counts(const char* name) const {
  std::map<std::string, std::uint64_t> counts;
  const Json* values = find(name);
  if (values == nullptr) return counts;
  if (!values->is_object()) refuse(name, *values, "an object");
  for (const auto& [key, value] : values->items()) {
    if (!value.is_number_unsigned()) refuse(name, value, "whole numbers from 0 on");
    counts[key] = value.get<std::uint64_t>();
  }
  return counts;
}

std::vector<std::string> FieldReader::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : object_->items()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<FieldReader> FieldReader::objects(const char* name) const {
  std::vector<FieldReader> readers;
  const Json* values = list(name);
  if (values == nullptr) return readers;
  for (const Json& value : *values) {
    readers.emplace_back(value, fmt::format("{}{}[{}].", where_, name, readers.size()));
  }
  return readers;
}

std::optional<FieldReader> FieldReader::object(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return FieldReader{*value, fmt::format("{}{}.", where_, name)};
}

std::string FieldReader::required_text(const char* name) const {
  auto value = text(name);
  if (!value) refuse_missing(name);
  return *std::move(value);
}

double FieldReader::required_number(const char* name) const {
  const auto value = number(name);
  if (!value) refuse_missing(name);
  return *value;
}

int FieldReader::required_integer(const char* name, int minimum) const {
  const auto value = integer(name, minimum);
  if (!value) refuse_missing(name);
  return *value;
}

std::uint64_t FieldReader::required_count(const char* name) const {
  const auto value = count(name);
  if (!value) refuse_missing(name);
  return *value;
}

void FieldReader::require_schema(std::string_view what) const {
  const Json* schema = find("schema");
  if (schema == nullptr) refuse_missing("schema");
  if (*schema == schema_version) return;
  throw UsageError{fmt::format("{} of schema {} are not understood; this build reads schema {}",
                               what, excerpt(*schema), schema_version)};
}

const Json* FieldReader::list(const char* name) const {
  const Json* value = find(name);
  if (value != nullptr && !value->is_array()) refuse(name, *value, "a list");
  return value;
}

void FieldReader::refuse(const char* name, const Json& value, std::string_view wanted) const {
  throw UsageError{
      fmt::format("{}{} holds {} where {} is expected", where_, name, excerpt(value), wanted)};
}

void FieldReader::refuse_missing(const char* name) const {
  throw UsageError{fmt::format("{}{} is missing", where_, name)};
}

}  // namespace assay::results
