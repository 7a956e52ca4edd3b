// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <espalier/run/workspace.hpp>
#include <espalier/topology/dsl.hpp>

namespace ep = espalier;

namespace {

using net = ep::network_t<(ep::input<5> >> ep::dense<3> >> ep::tanh >> ep::dense<2>)>;

static_assert(ep::workspace<net, 20>::bytes == ep::plan<net, 20>::bytes);
static_assert(ep::workspace<net, 20, double>::bytes == ep::plan<net, 20, double>::bytes);
static_assert(ep::workspace<net, 20, float, ep::request::both>::bytes >= ep::workspace<net, 20>::bytes);
static_assert(ep::workspace<net, 20, float, ep::request::nothing>::bytes <= ep::workspace<net, 20>::bytes);

}  // namespace

TEST_CASE("a workspace is as many bytes as its plan says, on a cache line, wherever they lie") {
    using inside = ep::storage::in_place<std::byte, ep::plan<net, 20>::bytes>;
    using elsewhere = ep::storage::view<std::byte, ep::plan<net, 20>::bytes>;
    ep::workspace<net, 20> on_heap;
    ep::workspace<net, 20, float, ep::request::parameters, inside> in_place;
    alignas(ep::alignment) std::array<std::byte, ep::plan<net, 20>::bytes> memory;
    ep::workspace<net, 20, float, ep::request::parameters, elsewhere> view{elsewhere(memory)};
    for (const std::byte* first : {on_heap.data(), in_place.data(), view.data()})
        CHECK(reinterpret_cast<std::uintptr_t>(first) % ep::alignment == 0);
    CHECK(view.data() == memory.data());
    CHECK(sizeof in_place == in_place.bytes);
}
