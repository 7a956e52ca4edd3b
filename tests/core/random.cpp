// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <espalier/core/random.hpp>
#include <espalier/core/simd.hpp>
#include <numeric>
#include <random>
#include <vector>

namespace ep = espalier;

namespace {

using words = std::array<std::uint32_t, 2>;

// Random123 1.14, tests/kat_vectors, threefry2x32 with 20 rounds.
static_assert(ep::threefry({0, 0}, {0, 0}) == words{0x6b200159, 0x99ba4efe});
static_assert(ep::threefry({~0u, ~0u}, {~0u, ~0u}) == words{0x1cb996fc, 0xbb002be7});
static_assert(ep::threefry({0x13198a2e, 0x03707344}, {0x243f6a88, 0x85a308d3}) == words{0xc4923a9c, 0x483df7a0});

static_assert(std::uniform_random_bit_generator<ep::random_stream>);

/// A digest of all bits of many numbers.
struct digest {
    std::uint64_t value = 0;

    void operator()(double number) { mix(std::bit_cast<std::uint64_t>(number)); }
    void operator()(float number) { mix(std::bit_cast<std::uint32_t>(number)); }
    void mix(std::uint64_t bits) {
        value = (value ^ bits) * 0x9E3779B97F4A7C15u;
        value ^= value >> 32;
    }
};

/// √n times the largest gap between the empirical and the true distribution: above 1.95 once in 1000 samples.
template <class Distribution>
double kolmogorov_smirnov(std::vector<double> sample, Distribution below) {
    std::ranges::sort(sample);
    const auto count = static_cast<double>(sample.size());
    double gap = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double expected = below(sample[i]);
        gap = std::max({gap, expected - static_cast<double>(i) / count, static_cast<double>(i + 1) / count - expected});
    }
    return gap * std::sqrt(count);
}

/// Sum of (found − expected)² / expected over equally likely cells.
double chi_squared(const std::vector<double>& found) {
    const double expected = std::accumulate(found.begin(), found.end(), 0.0) / static_cast<double>(found.size());
    double sum = 0;
    for (const double cell : found) sum += (cell - expected) * (cell - expected) / expected;
    return sum;
}

std::vector<double> normal_sample(std::size_t count) {
    ep::random_stream stream{ep::seed{1}, "normal"};
    std::vector<double> sample(count);
    for (double& value : sample) value = stream.normal<double>();
    return sample;
}

}  // namespace

TEST_CASE("a SIMD batch of counters gives in each lane what the scalar code gives") {
    using batch = xsimd::batch<std::uint32_t>;
    alignas(ep::alignment) std::array<std::uint32_t, batch::size> counters, left, right;
    for (std::size_t lane = 0; lane < batch::size; ++lane) {
        counters[lane] = 0x9E3779B9u * static_cast<std::uint32_t>(lane);
    }
    const auto pair = ep::threefry<batch>({batch(3u), batch(4u)}, {batch::load_unaligned(counters.data()), batch(7u)});
    pair[0].store_unaligned(left.data());
    pair[1].store_unaligned(right.data());
    for (std::size_t lane = 0; lane < batch::size; ++lane) {
        CHECK(words{left[lane], right[lane]} == ep::threefry({3, 4}, {counters[lane], 7}));
    }
}

TEST_CASE("the bits are those of every other platform and compiler") {
    ep::random_stream first{ep::seed{42}, "golden"};
    CHECK(first() == 0xd561e57fu);
    CHECK(first() == 0x75b11df1u);

    ep::random_stream uniform{ep::seed{42}, "golden"};
    CHECK(uniform.uniform<float>() == 0x1.aac3cap-1f);
    CHECK(uniform.uniform<double>() == 0x1.64d15dfceb623p-1);
    CHECK(uniform.normal<double>() == -0x1.19d7be1652a19p-4);
    CHECK(uniform.normal<float>() == 0x1.b46a1ep-2f);

    digest normals, floats, uniforms, order;
    ep::random_stream stream{ep::seed{42}, "golden"};
    for (int i = 0; i < 10000; ++i) normals(stream.normal<double>());
    for (int i = 0; i < 10000; ++i) floats(stream.normal<float>());
    for (int i = 0; i < 10000; ++i) {
        uniforms(stream.uniform<double>());
        uniforms(stream.uniform<float>());
    }
    CHECK(normals.value == 0x7e87d4ec797c84a1u);
    CHECK(floats.value == 0x9d02d34b510992e8u);
    CHECK(uniforms.value == 0x3d0c2ef574b8e3f7u);

    std::vector<std::size_t> indices(1000);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    ep::shuffle(indices, ep::random_stream{ep::seed{42}, "shuffle", 3});
    for (const std::size_t index : indices) order.mix(index);
    CHECK(order.value == 0x46e9b8a77cd8aac6u);
}

TEST_CASE("streams depend on the seed, the name and the number, and on nothing else") {
    const auto head = [](ep::random_stream stream) { return std::array{stream(), stream(), stream(), stream()}; };
    const auto reference = head({ep::seed{1}, "weights", 2});
    CHECK(reference == head({ep::seed{1}, "weights", 2}));
    CHECK(reference != head({ep::seed{2}, "weights", 2}));
    CHECK(reference != head({ep::seed{1}, "weight", 2}));
    CHECK(reference != head({ep::seed{1}, "weights", 3}));
    CHECK(reference != head({ep::seed{1}, 2}));
    CHECK(head({ep::seed{1}, "", 2}) == head({ep::seed{1}, 2}));
    CHECK(head({ep::seed{1}, "a", std::uint64_t{1} << 32}) != head({ep::seed{1}, "a", 0}));

    const ep::random_stream keyed{ep::seed{1}, "weights", 2};
    CHECK(ep::threefry(keyed.key(), {1, 0}) == words{reference[2], reference[3]});
}

TEST_CASE("uniform numbers are uniform, and float and double stay below 1") {
    ep::random_stream stream{ep::seed{2}, "uniform"};
    std::vector<double> floats(100000), doubles(100000);
    for (double& value : floats) value = static_cast<double>(stream.uniform<float>());
    for (double& value : doubles) value = stream.uniform<double>();
    for (const auto& sample : {floats, doubles}) {
        CHECK(*std::ranges::min_element(sample) >= 0);
        CHECK(*std::ranges::max_element(sample) < 1);
        CHECK(kolmogorov_smirnov(sample, [](double x) { return x; }) < 1.95);
    }
    double correlation = 0;
    for (std::size_t i = 1; i < doubles.size(); ++i) correlation += 12 * (doubles[i] - 0.5) * (doubles[i - 1] - 0.5);
    CHECK(std::abs(correlation) < 3.3 * std::sqrt(100000.0));
}

TEST_CASE("normal numbers have the moments and the distribution of the normal law") {
    const auto sample = normal_sample(200000);
    std::array<double, 5> moment{};
    for (const double value : sample) {
        for (int power = 1; power < 5; ++power) moment[static_cast<std::size_t>(power)] += std::pow(value, power) / 2e5;
    }
    // 3.3 standard errors: the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    const double error = 3.3 / std::sqrt(2e5);
    CHECK(std::abs(moment[1]) < error);
    CHECK(std::abs(moment[2] - 1) < error * std::sqrt(2.0));
    CHECK(std::abs(moment[3]) < error * std::sqrt(15.0));
    CHECK(std::abs(moment[4] - 3) < error * std::sqrt(96.0));
    CHECK(kolmogorov_smirnov(sample, [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }) < 1.95);
}

TEST_CASE("a normal float is the normal double rounded") {
    ep::random_stream wide{ep::seed{3}, "normal"}, narrow = wide;
    for (int i = 0; i < 1000; ++i) CHECK(narrow.normal<float>() == static_cast<float>(wide.normal<double>()));
}

TEST_CASE("the normal quantile agrees with 40-digit arithmetic in the centre and in both tails") {
    struct point {
        double share, quantile;
    };
    // mpmath: sqrt(2) * erfinv(2 * p - 1); the last is the smallest share that normal() asks for.
    const point points[] = {
        {0.3, -0x1.0c7e39582c5fbp-1},       {0.1, -0x1.4813c36e26d32p+0},       {0.075, -0x1.7085226d3e524p+0},
        {0.0750001, -0x1.708516931eed3p+0}, {0.975, 0x1.f5c0331eeff83p+0},      {1e-3, -0x1.8b8cbb7204471p+1},
        {1e-10, -0x1.97203597a2155p+2},     {0x1.8p-52, -0x1.02734508d1f1dp+3}, {0x1p-53, -0x1.06b48528cea52p+3}};
    for (const auto [share, quantile] : points) {
        CHECK(std::abs(ep::detail::normal_quantile(share) / quantile - 1) < 5e-16);
    }
    CHECK(ep::detail::normal_quantile(0.5) == 0);
    CHECK(ep::detail::normal_quantile(0x1.fffffffffffffp-1) == -ep::detail::normal_quantile(0x1p-53));
}

TEST_CASE("the portable logarithm is within 2 ulp of the C library's") {
    ep::random_stream stream{ep::seed{4}, "log"};
    for (int i = 0; i < 20000; ++i) {
        const double x = std::exp2(-1 - 52 * stream.uniform<double>());
        CHECK(std::abs(ep::detail::portable_log(x) / std::log(x) - 1) < 4.5e-16);
    }
}

TEST_CASE("below reaches every value equally often, whatever the bound") {
    ep::random_stream stream{ep::seed{5}, "below"};
    for (const std::size_t bound : {2u, 7u, 16u, 33u}) {
        std::vector<double> found(bound);
        for (std::size_t i = 0; i < 2000 * bound; ++i) ++found[static_cast<std::size_t>(stream.below(bound))];
        const auto freedom = static_cast<double>(bound - 1);
        CHECK(chi_squared(found) < freedom + 3.5 * std::sqrt(2 * freedom) + 4);
    }
    CHECK(stream.below(1) == 0);

    // Three quarters of a bound past 32 bits: a remainder would favour the lower third.
    const std::uint64_t bound = 3 * (std::uint64_t{1} << 62);
    std::vector<double> thirds(3);
    for (int i = 0; i < 3000; ++i) ++thirds[static_cast<std::size_t>(stream.below(bound) >> 62)];
    CHECK(chi_squared(thirds) < 13.8);
}

TEST_CASE("shuffle gives each of the 24 orders of four things equally often, and loses nothing") {
    std::vector<double> found(24);
    for (std::uint64_t round = 0; round < 24000; ++round) {
        std::array<int, 4> things{0, 1, 2, 3};
        ep::shuffle(things, ep::random_stream{ep::seed{6}, "shuffle", round});
        std::array<int, 4> order{0, 1, 2, 3};
        std::size_t number = 0;
        while (order != things && std::ranges::next_permutation(order).found) ++number;
        CHECK(order == things);
        ++found[number];
    }
    CHECK(chi_squared(found) < 49.7);  // 23 degrees of freedom, 1 in 1000

    std::vector<int> none, one{7};
    ep::shuffle(none, ep::random_stream{ep::seed{6}, 0});
    ep::shuffle(one, ep::random_stream{ep::seed{6}, 0});
    CHECK(none.empty());
    CHECK(one == std::vector{7});
}
