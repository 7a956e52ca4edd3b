// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>

#include <espalier/core/text.hpp>

/// Apart from the text: without exceptions, clang refuses the word throw in whatever is included.
namespace espalier::detail {

/// Throws an Error that says the pieces.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void raise(std::initializer_list<piece> pieces) {
    throw Error(text_of(pieces));
}

}  // namespace espalier::detail
