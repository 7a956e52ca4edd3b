// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace espalier::detail {

/// Calls a [[gnu::cold]] function, which is compiled for size, in half the time, from where it is always reached.
/// Called directly, g++ would take its caller for cold as well, and the caller's caller, up to the loops of a user's
/// main: so it must not see which function this is.
template <auto Function, class... Arguments>
decltype(auto) rarely(Arguments&&... arguments) {
    auto* function = Function;
    asm("" : "+r"(function));
    return function(std::forward<Arguments>(arguments)...);
}

}  // namespace espalier::detail
