#include "topology/parts/xml.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace assay::topology {

namespace {

/// Goes down without recursion, which hostile nesting would end.
int depth_of(pugi::xml_document& document) {
  struct Deepest : pugi::xml_tree_walker {
    int deepest = 0;
    bool for_each(pugi::xml_node&) override {
      deepest = depth() > deepest ? depth() : deepest;
      return true;
    }
  } walker;
  document.traverse(walker);
  return walker.deepest;
}

}  // namespace

pugi::xml_document parse_xml(std::string_view text) {
  constexpr int deepest = 64;
  pugi::xml_document document;
  const auto result = document.load_buffer(text.data(), text.size());
  if (!result)
    throw UsageError{fmt::format("is not XML: {} at byte {}", result.description(), result.offset)};
  if (depth_of(document) > deepest)
    throw UsageError{fmt::format("is nested deeper than {} levels", deepest)};
  return document;
}

}  // namespace assay::topology
