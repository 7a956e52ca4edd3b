// SPDX-License-Identifier: MIT
#include <espalier/kernel/peak.hpp>

#include <doctest/doctest.h>

TEST_CASE("the peak is a plausible rate, and takes twice as many floats as doubles") {
    const double of_floats = espalier::kernel::fma_peak<float>();
    const double of_doubles = espalier::kernel::fma_peak<double>();
    CHECK(of_doubles > 0.05);
    CHECK(of_floats < 1000);
    CHECK(of_floats / of_doubles > 1);
    CHECK(of_floats / of_doubles < 4);
}
