#pragma once

#include "supervision/supervisor.hpp"

namespace assay::supervision {

/// One line on standard error: "assay: rank 2 (pid 71) on n1 died: signal 9 (Killed)".
void print_line(const ProcessFailure& failure) noexcept;

}  // namespace assay::supervision
