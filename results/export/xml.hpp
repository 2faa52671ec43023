#pragma once

#include <string>
#include <string_view>

namespace assay::results {

/// `text` as it may stand between tags. Characters that XML cannot hold, bytes that are not UTF-8,
/// and marks that turn the direction of writing become '?'; line ends are kept.
[[nodiscard]] std::string xml_text(std::string_view text);

/// The same within double quotes, on one line. Never empty: "-" stands for nothing, as readers take
/// an empty name for none.
[[nodiscard]] std::string xml_attribute(std::string_view text);

/// ` timestamp="2026-11-23T16:29:00"` of 2026-11-23T16:29:00Z, as the schemas of JUnit want it;
/// empty for what is no such time.
[[nodiscard]] std::string timestamp_attribute(std::string_view utc);

}  // namespace assay::results
