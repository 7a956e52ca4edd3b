// SPDX-License-Identifier: MIT
#pragma once

namespace espalier {

/// Ends a constant evaluation with an error that shows the call, and with it the reason. Not constexpr, which is the
/// point; and no throw, so that it compiles with -fno-exceptions.
[[noreturn]] inline void refuse_constant(const char* /*reason*/) { __builtin_trap(); }

}  // namespace espalier
