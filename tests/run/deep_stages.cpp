// SPDX-License-Identifier: MIT
// Compilers bound the steps of a constant: hundreds of stages must stay below that.
#include <doctest/doctest.h>

#include <espalier/run/stage_kinds.hpp>
#include <espalier/topology/dsl.hpp>

namespace ep = espalier;

namespace {

constexpr auto learned = ep::input<4> >> ep::dense<8> >> ep::repeat<200>(ep::dense<8> >> ep::prelu<>);
constexpr auto equal = ep::input<4> >> ep::dense<8> >> ep::repeat<280>(ep::dense<8> >> ep::relu);
template <const auto& Net>
constexpr auto& like = ep::detail::stage_kinds<ep::plan<ep::network_t<Net>, 8>>::like;

}  // namespace

TEST_CASE("of hundreds of stages those that are alike are found") {
    CHECK(like<learned>.size() == 202);
    CHECK(like<learned>[200] == 200);
    CHECK(like<equal>.size() == 282);
    CHECK(like<equal>[281] < 5);
}
