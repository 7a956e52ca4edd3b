// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/arena.hpp>
#include <espalier/plan/plan.hpp>

#include "networks.hpp"

namespace ep = espalier;
using ep::planned_tensor;

namespace {

constexpr bool live_together(const planned_tensor& x, const planned_tensor& y) {
    return x.first_step <= y.last_step && y.first_step <= x.last_step;
}
constexpr bool share_bytes(const planned_tensor& x, const planned_tensor& y) {
    return x.offset < y.offset + y.bytes && y.offset < x.offset + x.bytes;
}

/// What an arena promises. The one exception: a tensor may take the place of another in the step that reads it last.
template <std::size_t Capacity>
constexpr bool holds_together(const planned_tensor (&list)[Capacity], std::size_t count, std::size_t bytes) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const planned_tensor& tensor = list[i];
        if (tensor.offset % ep::alignment != 0 || tensor.bytes == 0 || tensor.first_step > tensor.last_step)
            return false;
        if (tensor.offset + tensor.bytes > end) end = tensor.offset + tensor.bytes;
        for (std::size_t k = 0; k < i; ++k) {
            if (!live_together(tensor, list[k]) || !share_bytes(tensor, list[k])) continue;
            if (tensor.in_place_of != k) return false;
        }
        if (tensor.in_place_of == planned_tensor::fresh) continue;
        const planned_tensor& old = list[tensor.in_place_of];
        if (old.offset != tensor.offset || old.bytes < tensor.bytes || old.last_step != tensor.first_step) return false;
    }
    return (end + ep::alignment - 1) / ep::alignment * ep::alignment == bytes;
}

// Placement by itself: three tensors, the third fits where the first was.
constexpr auto placed = [] {
    struct {
        planned_tensor list[5] = {{.bytes = 128, .first_step = 0, .last_step = 1},
                                  {.bytes = 64, .first_step = 1, .last_step = 4},
                                  {.bytes = 64, .first_step = 2, .last_step = 4},
                                  {.bytes = 100, .first_step = 3, .last_step = 3},
                                  {.bytes = 64, .first_step = 4, .last_step = 5, .in_place_of = 1}};
        std::size_t bytes = 0;
    } result;
    result.bytes = ep::detail::place(result.list, 5);
    return result;
}();
static_assert(placed.list[0].offset == 0 && placed.list[1].offset == 128);
static_assert(placed.list[2].offset == 0, "where the first was");
static_assert(placed.list[3].offset == 192, "the hole of 64 bytes is too small");
static_assert(placed.list[4].offset == 128, "in place");
static_assert(placed.bytes == 320, "whole cache lines");
static_assert(holds_together(placed.list, 5, placed.bytes));

// Holes: tensors of three sizes in a pseudo-random order of life. Neighbouring holes become one.
constexpr auto shuffled = [] {
    struct {
        planned_tensor list[60] = {};
        std::size_t bytes = 0;
    } result;
    std::size_t state = 1;
    for (std::size_t i = 0; i < 60; ++i) {
        state = state * 1103515245 % 2147483648 + 12345;
        result.list[i].bytes = 40 + 100 * (state / 65536 % 3);
        result.list[i].first_step = i / 2;
        result.list[i].last_step = i / 2 + state / 65536 % 7;
    }
    result.bytes = ep::detail::place(result.list, 60);
    return result;
}();
static_assert(holds_together(shuffled.list, 60, shuffled.bytes));
/// First fit: no tensor could lie a cache line lower.
static_assert([] {
    for (std::size_t i = 0; i < 60; ++i)
        for (std::size_t offset = 0; offset < shuffled.list[i].offset; offset += ep::alignment) {
            planned_tensor moved = shuffled.list[i];
            moved.offset = offset;
            bool fits = true;
            for (std::size_t k = 0; k < i; ++k)
                fits = fits && !(live_together(moved, shuffled.list[k]) && share_bytes(moved, shuffled.list[k]));
            if (fits) return false;
        }
    return true;
}());

// The checker itself sees an overlap, a misalignment and a wrong total.
static_assert([] {
    planned_tensor list[2] = {{.bytes = 128, .first_step = 0, .last_step = 1},
                              {.bytes = 64, .first_step = 1, .last_step = 2, .offset = 64}};
    const bool overlap = holds_together(list, 2, 128);
    list[1].offset = 128;
    const bool apart = holds_together(list, 2, 192);
    const bool wrong_total = holds_together(list, 2, 256);
    list[1].offset = 160;
    return !overlap && apart && !wrong_total && !holds_together(list, 2, 224);
}());

template <class Net, std::size_t Batch, class Scalar, ep::request Wanted>
void check_plan() {
    using planned = ep::plan<Net, Batch, Scalar, Wanted>;
    CAPTURE(Batch);
    CHECK(holds_together(planned::arena.tensors, planned::arena.count, planned::bytes));
    CHECK(planned::bytes % ep::alignment == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("no two live tensors of a plan share bytes", Scalar, float, double) {
    networks::for_each([](auto network) {
        using Net = decltype(network);
        using enum ep::request;
        check_plan<Net, 1, Scalar, parameters>();
        check_plan<Net, 100, Scalar, parameters>();
        check_plan<Net, 64, Scalar, nothing>();
        check_plan<Net, 64, Scalar, input>();
        check_plan<Net, 64, Scalar, both>();
    });
}

TEST_CASE("deep networks are planned within the compilers' limits") {
    constexpr auto deep = ep::input<8> >> ep::repeat<300>(ep::dense<8> >> ep::silu) >> ep::dense<2>;
    using planned = ep::plan<ep::network_t<deep>, 64, float, ep::request::both>;
    CHECK(planned::stage_count == 302);
    CHECK(planned::stored.size() == 600);
    CHECK(holds_together(planned::arena.tensors, planned::arena.count, planned::bytes));
}

TEST_CASE("tensors of a plan come sorted by first use, and the tables of a stage point at them") {
    networks::for_each([](auto network) {
        using planned = ep::plan<decltype(network), 32, float, ep::request::both>;
        using enum planned_tensor::purpose;
        constexpr auto& arena = planned::arena;
        for (std::size_t i = 1; i < arena.count; ++i)
            CHECK(arena.tensors[i - 1].first_step <= arena.tensors[i].first_step);
        for (std::size_t s = 0; s < planned::stage_count; ++s) {
            const planned_tensor& a = arena.tensors[arena.a[s]];
            CHECK(a.stage == s);
            CHECK((a.is == activation || a.is == packed_input));
            CHECK((arena.z[s] == arena.absent || arena.tensors[arena.z[s]].is == preactivation));
            CHECK((arena.delta[s] == arena.absent || arena.tensors[arena.delta[s]].is == delta));
            CHECK((arena.scratch[s] == arena.absent || arena.tensors[arena.scratch[s]].is == scratch));
        }
    });
}
