// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <espalier/core/raise.hpp>
#include <espalier/core/text.hpp>

using espalier::detail::text_of;

TEST_CASE("pieces of text and numbers follow each other") {
    const std::string name = "weight";
    CHECK(text_of({}).empty());
    CHECK(text_of({"layer ", 2, " (", std::string_view("dense128", 5), "), ", name}) == "layer 2 (dense), weight");
    CHECK(text_of({name + "s", ""}) == "weights");
}

TEST_CASE("numbers are written as std::to_string does") {
    CHECK(text_of({std::numeric_limits<std::uint64_t>::max()}) == "18446744073709551615");
    CHECK(text_of({std::numeric_limits<std::int64_t>::min()}) == "-9223372036854775808");
    CHECK(text_of({static_cast<unsigned char>(200), " ", -1, " ", true}) == "200 -1 1");
    CHECK(text_of({0.5f, " ", -1e300}) == "0.500000 " + std::to_string(-1e300));
    const double lowest = std::numeric_limits<double>::lowest();
    CHECK(text_of({lowest}) == std::to_string(lowest));
}

TEST_CASE("an error says its pieces") {
    CHECK_THROWS_WITH_AS(espalier::detail::raise<std::invalid_argument>({"expected ", 3}), "expected 3",
                         std::invalid_argument);
}
