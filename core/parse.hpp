#pragma once

#include <string_view>

#include "core/units.hpp"

namespace assay {

/// Reads a size as nccl-tests does: a number with K, M or G (also KiB, KB, k, ...), all binary.
/// Throws  UsageError for anything else, negative numbers and overflow.
[[nodiscard]] Bytes parse_size(std::string_view text);

/// Reads a span: 300, 300s, 5ms, 20us, 10m, 2h; a bare number is seconds.
[[nodiscard]] Seconds parse_span(std::string_view text);

/// Reads a share: 50% or 0.5; 0 <= share < 1.
[[nodiscard]] double parse_share(std::string_view text);

/// Reads a whole number within [low, high]; `what` names it in the message.
[[nodiscard]] int parse_integer(std::string_view text, int low, int high, std::string_view what);

}  // namespace assay
