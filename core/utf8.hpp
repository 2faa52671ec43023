#pragma once

#include <string>
#include <string_view>

namespace assay {

/// `text` with every byte that is no part of UTF-8 (also surrogates, overlong forms and the
/// non-characters U+FFFE and U+FFFF, which XML refuses) replaced by '?'.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace assay
