#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::results {

/// Keeps fields in the order in which they were set, so that equal results are equal texts.
using Json = nlohmann::ordered_json;

/// Parses text that anyone may have written.
/// Throws  UsageError if it is not JSON, cut off, or nested deeper than `deepest_nesting`.
[[nodiscard]] Json parse_json(const std::string& text);
inline constexpr int deepest_nesting = 64;  ///< an NCCL topology has about 10

/// False for text that stops half-way, and for everything else that is not JSON.
[[nodiscard]] bool is_whole_json(const std::string& text);

/// On one line if `indent` is -1. Bytes that are not UTF-8 come out as the replacement character.
[[nodiscard]] std::string dump_json(const Json& json, int indent = -1);

/// `value`, which is about to be written under `name`.
/// Throws  Error if it is NaN or infinite.
[[nodiscard]] double finite(double value, std::string_view name);

/// Sets a field where there is a value; the absent are not written.
void put(Json& object, const char* name, const std::optional<std::string>& value);
void put(Json& object, const char* name, const std::optional<double>& value);
void put(Json& object, const char* name, const std::optional<int>& value);
void put(Json& object, const char* name, const std::optional<std::uint64_t>& value);
void put(Json& object, const char* name, const std::optional<bool>& value);
void put(Json& object, const char* name, const std::optional<std::array<double, 2>>& value);

/// Reads the fields of one object. A field that is null is absent; unknown fields are ignored.
/// All of it throws UsageError that names the field, what it holds and what it should hold.
class FieldReader {
 public:
  /// `where` goes before names in messages: "per_rank[2].". Borrows `object`.
  /// Throws  UsageError if `object` is not an object.
  explicit FieldReader(const Json& object, std::string where = {});

  [[nodiscard]] std::optional<std::string> text(const char* name) const;
  [[nodiscard]] std::optional<double> number(const char* name) const;
  /// A number that is not below 0: a time, a rate.
  [[nodiscard]] std::optional<double> magnitude(const char* name) const;
  [[nodiscard]] std::optional<int> integer(const char* name, int minimum = 0) const;
  [[nodiscard]] std::optional<std::uint64_t> count(const char* name) const;
  [[nodiscard]] std::optional<bool> flag(const char* name) const;
  [[nodiscard]] std::optional<std::array<double, 2>> interval(const char* name) const;
  [[nodiscard]] std::vector<double> magnitudes(const char* name) const;  ///< empty where absent
  /// Whole numbers from 0 on; empty where absent.
  [[nodiscard]] std::vector<int> integers(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;  ///< empty where absent
  /// An object whose values are all whole numbers from 0 on; empty where absent.
  [[nodiscard]] std::map<std::string, std::uint64_t> counts(const char* name) const;
  /// The objects of a list, each ready to be read; empty where absent.
  [[nodiscard]] std::vector<FieldReader> objects(const char* name) const;
  [[nodiscard]] std::optional<FieldReader> object(const char* name) const;
  /// Of all fields, in the order of the alphabet.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Null where absent.
  [[nodiscard]] const Json* find(const char* name) const;

  [[nodiscard]] std::string required_text(const char* name) const;
  [[nodiscard]] double required_number(const char* name) const;
  [[nodiscard]] int required_integer(const char* name, int minimum = 0) const;
  [[nodiscard]] std::uint64_t required_count(const char* name) const;

  /// Throws  UsageError unless the field `schema` holds this build's version; `what` is what was
  ///         read, in the plural.
  void require_schema(std::string_view what) const;

 private:
  [[noreturn]] void refuse(const char* name, const Json& value, std::string_view wanted) const;
  [[noreturn]] void refuse_missing(const char* name) const;
  [[nodiscard]] const Json* list(const char* name) const;

  const Json* object_;
  std::string where_;
};

}  // namespace assay::results
