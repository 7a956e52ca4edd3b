// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

/// What a function returns where its arguments do not belong together: a class derived from stand_in<Result>, whose
/// assertion says why. Compilers complete a returned class at the call, so the one error stands at the caller's line,
/// without the list of template arguments of the function; and the caller goes on with a Result.
namespace espalier::diagnostics {

template <class Result, bool IsClass = std::is_class_v<Result>>
struct stand_in {
    operator Result() const;  // NOLINT: it is one
    template <class Other>
    stand_in& operator=(const Other&);
};
template <class Result>
struct stand_in<Result, true> : Result {
    using Result::Result;
};
template <>
struct stand_in<void, false> {};

/// Whether the answer of a function is what it should be.
template <class Answer>
inline constexpr bool is_stand_in = requires(Answer& answer) { []<class Result>(stand_in<Result>&) {}(answer); };

}  // namespace espalier::diagnostics
