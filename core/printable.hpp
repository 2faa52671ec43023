#pragma once

#include <string>
#include <string_view>

namespace assay {

/// `text` without what could move a terminal's cursor, change its colours or turn the direction of
/// writing: a run may come from anywhere. Line ends become spaces.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace assay
