// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_step_forward.hpp>

#include <doctest/doctest.h>

#include <espalier/core/storage.hpp>
#include <limits>

#include "blocks.hpp"

namespace {

using namespace espalier::kernel;
using geometry = conv_step_geometry;

/// Takes registers of consecutive outputs, each once.
template <class Scalar, std::size_t Outputs, bool InLoop>
struct collector {
    static constexpr bool is_long = InLoop;
    std::vector<Scalar> outputs = std::vector<Scalar>(Outputs + blocks::width<Scalar>, blocks::poison<Scalar>);
    std::vector<int> calls = std::vector<int>(outputs.size());

    void operator()(std::size_t first, const espalier::simd<Scalar>& value) {
        REQUIRE(first % blocks::width<Scalar> == 0);
        REQUIRE(first < Outputs);
        CHECK(++calls[first] == 1);
        espalier::store(outputs.data() + first, value);
    }
};

template <class Scalar, geometry G, bool InLoop = false>
struct convolution {
    static constexpr std::size_t in = G.channels / G.groups, out = G.out_channels / G.groups;
    std::vector<Scalar> weight = blocks::values<Scalar>(G.out_channels * in * G.kernel, 1);
    std::vector<Scalar> bias = blocks::values<Scalar>(G.out_channels, 2);
    espalier::storage::heap<std::byte, conv_step_bytes<Scalar>(G)> memory;

    convolution() {
        conv_step_pack<Scalar, G>(weight.data(), memory.data());
        conv_step_reset<Scalar, G>(bias.data(), memory.data());
    }
    std::vector<Scalar> step(const Scalar* x) {
        const std::vector<Scalar> copied(x, x + G.channels);  // of exact size, for sanitizers
        collector<Scalar, G.out_channels, InLoop> z;
        conv_step<Scalar, G>(copied.data(), memory.data(), z);
        return z.outputs;
    }
    /// z of a time step from all of x [time][channels], what was before being zero.
    double expected(const std::vector<Scalar>& x, std::size_t t, std::size_t o) const {
        double sum = double(bias[o]);
        for (std::size_t k = 0; k < G.kernel; ++k) {
            const std::size_t back = (G.kernel - 1 - k) * G.dilation;
            if (back > t) continue;
            for (std::size_t i = 0; i < in; ++i)
                sum +=
                    double(weight[(o * in + i) * G.kernel + k]) * double(x[(t - back) * G.channels + o / out * in + i]);
        }
        return sum;
    }
    bool agrees(const std::vector<Scalar>& x, std::size_t steps) {
        blocks::largest_difference<Scalar> difference{in * G.kernel};
        for (std::size_t t = 0; t < steps; ++t) {
            const auto z = step(x.data() + t * G.channels);
            for (std::size_t o = 0; o < G.out_channels; ++o) difference.compare(z[o], expected(x, t, o));
        }
        return difference.is_rounding();
    }
};

template <class Scalar, geometry G, bool InLoop = false>
void check() {
    constexpr std::size_t steps = 3 * G.kernel * G.dilation + 5;
    convolution<Scalar, G, InLoop> c;
    CAPTURE(G.channels);
    CAPTURE(G.out_channels);
    CHECK(c.agrees(blocks::values<Scalar>(steps * G.channels, 3), steps));
    // Begun anew in the middle of everything, as from the first step on.
    conv_step_reset<Scalar, G>(c.bias.data(), c.memory.data());
    CHECK(c.agrees(blocks::values<Scalar>(steps * G.channels, 4), steps));

    // What is infinite is forgotten once no tap reads it any more.
    const std::vector<Scalar> infinite(G.channels, std::numeric_limits<Scalar>::infinity());
    c.step(infinite.data());
    auto x = blocks::values<Scalar>(steps * G.channels, 5);
    for (std::size_t t = 0; t < (G.kernel - 1) * G.dilation; ++t) c.step(x.data());
    blocks::largest_difference<Scalar> difference{c.in * G.kernel};
    std::fill_n(x.begin(), G.kernel * G.dilation * G.channels, Scalar{});
    for (std::size_t t = 0; t < steps; ++t) {
        const auto z = c.step(x.data() + t * G.channels);
        if (t + 1 < G.kernel * G.dilation) continue;
        for (std::size_t o = 0; o < G.out_channels; ++o) difference.compare(z[o], c.expected(x, t, o));
    }
    CHECK(difference.is_rounding());
}

template <class Scalar>
inline constexpr std::size_t w = espalier::simd_width<Scalar>;

}  // namespace

TEST_CASE_TEMPLATE("steps agree with a double loop", Scalar, float, double) {
    check<Scalar, geometry{1, 1, 1}>();
    check<Scalar, geometry{1, 16, 3}>();
    check<Scalar, geometry{16, 1, 3}, true>();
    check<Scalar, geometry{16, 16, 3}>();
    check<Scalar, geometry{3, w<Scalar> - 1, 2}>();
    check<Scalar, geometry{2, w<Scalar>, 2}, true>();
    check<Scalar, geometry{w<Scalar> + 1, w<Scalar> + 1, 3, 2}>();
    check<Scalar, geometry{5, 3, 4, 3}>();
    check<Scalar, geometry{24, 40, 7}>();
}

TEST_CASE_TEMPLATE("steps of groups, and of channels on their own", Scalar, float, double) {
    check<Scalar, geometry{4, 6, 3, 1, 2}>();
    check<Scalar, geometry{6, 2 * w<Scalar> + 4, 2, 3, 2}, true>();
    check<Scalar, geometry{3, 6, 2, 2, 3}>();
    check<Scalar, geometry{5, 5, 3, 1, 5}>();
    check<Scalar, geometry{w<Scalar>, w<Scalar>, 1, 1, w<Scalar>}>();
    check<Scalar, geometry{2 * w<Scalar> + 1, 2 * w<Scalar> + 1, 4, 2, 2 * w<Scalar> + 1}, true>();
}
