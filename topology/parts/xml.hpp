#pragma once

#include <pugixml.hpp>
#include <string_view>

namespace assay::topology {

/// Throws  UsageError with the offset if it is not XML, or nested deeper than a machine could be.
[[nodiscard]] pugi::xml_document parse_xml(std::string_view text);

}  // namespace assay::topology
