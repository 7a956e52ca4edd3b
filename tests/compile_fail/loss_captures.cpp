// SPDX-License-Identifier: MIT
// expect: the lambda of a loss captures nothing: write numbers into it, or static constexpr ones
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto scaled([[maybe_unused]] double factor) {
#ifdef WRONG
    return ep::loss([factor](auto p, auto t) { return factor * abs(p - t); });
#else
    return ep::loss([](auto p, auto t) { return 0.5 * abs(p - t); });
#endif
}

constexpr auto half = scaled(0.5);
