// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <espalier/expression/elementary.hpp>

namespace {

namespace elementary = espalier::expression::elementary;
using espalier::simd;
using espalier::simd_width;

/// The type whose standard functions serve as exact.
template <class Scalar>
using wide = std::conditional_t<sizeof(Scalar) == 4, double, long double>;

template <class Scalar>
struct subject {
    std::string name;
    double bound;  // units in the last place
    simd<Scalar> (*function)(const simd<Scalar>&);
    wide<Scalar> (*exact)(wide<Scalar>);
    bool flushes_subnormal_results = false;
};

// Bounds: the largest error seen in sweeps twenty times as dense, with and without fused multiply-add, rounded up.
template <class Scalar>
std::vector<subject<Scalar>> subjects() {
    using X = simd<Scalar>;
    using W = wide<Scalar>;
    return {
        {"exp", 1.1, [](const X& x) { return elementary::exp(x); }, [](W x) { return std::exp(x); }},
        {"expm1", 2.2, [](const X& x) { return elementary::expm1(x); }, [](W x) { return std::expm1(x); }},
        {"log", 1.4, [](const X& x) { return elementary::log(x); }, [](W x) { return std::log(x); }},
        {"log1p", 2.0, [](const X& x) { return elementary::log1p(x); }, [](W x) { return std::log1p(x); }},
        {"tanh", 3.7, [](const X& x) { return elementary::tanh(x); }, [](W x) { return std::tanh(x); }},
        {"sigmoid", 2.6, [](const X& x) { return elementary::sigmoid(x); }, [](W x) { return 1 / (1 + std::exp(-x)); },
         true},
        {"softplus", 2.1, [](const X& x) { return elementary::softplus(x); },
         [](W x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))); }},
        {"erf", sizeof(Scalar) == 4 ? 4.0 : 3.0, [](const X& x) { return elementary::erf(x); },
         [](W x) { return std::erf(x); }},
        {"sqrt", 0.5, [](const X& x) { return elementary::sqrt(x); }, [](W x) { return std::sqrt(x); }},
        {"abs", 0.0, [](const X& x) { return elementary::abs(x); }, [](W x) { return std::abs(x); }},
        {"sin", 2.5, [](const X& x) { return elementary::sin(x); }, [](W x) { return std::sin(x); }},
        {"cos", 2.5, [](const X& x) { return elementary::cos(x); }, [](W x) { return std::cos(x); }},
    };
}

/// |got − exact| in units of the spacing of Scalars at exact; infinity counts as the number after the largest.
template <class Scalar>
double ulps(Scalar got, wide<Scalar> exact, bool flushes_subnormal_results) {
    using limits = std::numeric_limits<Scalar>;
    constexpr double wrong = std::numeric_limits<double>::infinity();
    if (std::isnan(exact) || std::isnan(got)) return std::isnan(exact) && std::isnan(got) ? 0 : wrong;
    if (exact == 0 && (got != 0 || std::signbit(got) != std::signbit(exact))) return wrong;
    if (flushes_subnormal_results && got == 0 && std::abs(exact) < limits::min()) return 0;
    const wide<Scalar> end = std::ldexp(wide<Scalar>(1), limits::max_exponent);
    exact = std::clamp(exact, -end, end);
    const int exponent = exact == 0 ? limits::min_exponent : std::max(std::ilogb(exact) + 1, limits::min_exponent);
    const wide<Scalar> spacing = std::ldexp(wide<Scalar>(1), exponent - limits::digits);
    return static_cast<double>(std::abs(std::clamp(wide<Scalar>(got), -end, end) - exact) / spacing);
}

template <class Scalar>
void check_bounds(std::vector<Scalar> arguments) {
    constexpr std::size_t width = simd_width<Scalar>;
    while (arguments.size() % width != 0) arguments.push_back(Scalar(0.5));
    for (const auto& [name, bound, function, exact, flushes] : subjects<Scalar>()) {
        double worst = 0;
        Scalar worst_at{};
        for (std::size_t i = 0; i < arguments.size(); i += width) {
            std::array<Scalar, width> results;
            espalier::store(results.data(), function(espalier::load(&arguments[i])));
            for (std::size_t lane = 0; lane < width; ++lane) {
                const Scalar x = arguments[i + lane];
                const double error = ulps(results[lane], exact(x), flushes);
                if (error > worst) {
                    worst = error;
                    worst_at = x;
                }
            }
        }
        MESSAGE(name, ": at most ", worst, " ulp, at ", worst_at);
        CHECK_MESSAGE(worst <= bound, name);
    }
}

template <class Scalar>
std::vector<Scalar> special_arguments() {
    using limits = std::numeric_limits<Scalar>;
    std::vector<Scalar> arguments;
    for (const Scalar x : {Scalar(0), limits::denorm_min(), limits::min(), limits::epsilon() / 2, limits::epsilon(),
                           std::nextafter(Scalar(1), Scalar(0)), Scalar(1), std::nextafter(Scalar(1), Scalar(2)),
                           limits::max(), limits::infinity(), limits::quiet_NaN()}) {
        arguments.push_back(x);
        arguments.push_back(-x);
    }
    return arguments;
}

/// One value through the function of that name.
template <class Scalar>
Scalar apply(const std::string& name, Scalar x) {
    static const std::vector<subject<Scalar>> all = subjects<Scalar>();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    return found->function(simd<Scalar>(x)).get(0);
}

}  // namespace

TEST_CASE("float: every 4001st bit pattern is within the bound") {
    std::vector<float> arguments = special_arguments<float>();
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 4001)
        arguments.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    check_bounds(arguments);
}

TEST_CASE("double: random bit patterns and random magnitudes are within the bound") {
    std::vector<double> arguments = special_arguments<double>();
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        arguments.push_back(std::bit_cast<double>(random()));
        const double significand = std::ldexp(static_cast<double>(random() >> 11), -53) + 0.5;
        const double magnitude = std::ldexp(significand, static_cast<int>(random() % 40) - 28);
        arguments.push_back(random() % 2 == 0 ? magnitude : -magnitude);
    }
    check_bounds(arguments);
}

TEST_CASE_TEMPLATE("maximum and minimum hand on a NaN from either side", Scalar, float, double) {
    using limits = std::numeric_limits<Scalar>;
    const simd<Scalar> nan(limits::quiet_NaN()), one(1), zero(0), infinity(limits::infinity());
    for (const auto& other : {one, zero, infinity, -infinity, nan}) {
        CHECK(std::isnan(elementary::maximum(nan, other).get(0)));
        CHECK(std::isnan(elementary::maximum(other, nan).get(0)));
        CHECK(std::isnan(elementary::minimum(nan, other).get(0)));
        CHECK(std::isnan(elementary::minimum(other, nan).get(0)));
    }
    CHECK(std::isnan(elementary::maximum(simd<Scalar>(0), nan).get(0)));  // relu
    CHECK(elementary::maximum(one, zero).get(0) == 1);
    CHECK(elementary::maximum(-infinity, one).get(0) == 1);
    CHECK(elementary::minimum(one, zero).get(0) == 0);
    CHECK(elementary::minimum(infinity, one).get(0) == 1);
}

TEST_CASE_TEMPLATE("tanh and erf are odd, bounded and end in one", Scalar, float, double) {
    for (const std::string name : {"tanh", "erf"}) {
        Scalar largest = 0;
        for (Scalar x = 0; x < 50; x += Scalar(0.0037)) {
            const Scalar value = apply(name, x);
            CHECK(apply(name, -x) == -value);
            largest = std::max(largest, value);
        }
        CHECK(largest == 1);
        for (const Scalar x : {Scalar(20), std::numeric_limits<Scalar>::max(), std::numeric_limits<Scalar>::infinity()})
            CHECK(apply(name, x) == 1);
    }
}

TEST_CASE_TEMPLATE("the tails keep their relative accuracy", Scalar, float, double) {
    using limits = std::numeric_limits<Scalar>;
    const Scalar last_normal = std::log(limits::min()), last = std::log(limits::denorm_min());
    for (Scalar x = -40; x > last_normal; x -= Scalar(0.19)) {
        CHECK(apply<Scalar>("sigmoid", x) == doctest::Approx(std::exp(x)).epsilon(4 * limits::epsilon()).scale(0));
        CHECK(apply<Scalar>("softplus", x) == doctest::Approx(std::exp(x)).epsilon(4 * limits::epsilon()).scale(0));
    }
    CHECK(apply<Scalar>("sigmoid", last_normal - 2) == 0);
    for (Scalar x = last_normal; x > last; x -= Scalar(0.19)) {
        CHECK(std::abs(apply<Scalar>("exp", x) - std::exp(x)) <= limits::denorm_min());
        CHECK(std::abs(apply<Scalar>("softplus", x) - std::exp(x)) <= limits::denorm_min());
    }
    CHECK(apply<Scalar>("exp", last - 1) == 0);
}

TEST_CASE_TEMPLATE("a far argument of sin and cos does not touch its neighbours", Scalar, float, double) {
    constexpr std::size_t width = simd_width<Scalar>;
    const Scalar far = Scalar(1e20);
    std::array<Scalar, width> arguments, values;
    for (std::size_t lane = 0; lane < width; ++lane) arguments[lane] = Scalar(0.7) * static_cast<Scalar>(lane + 1);
    arguments[width - 1] = far;
    for (const auto& each : subjects<Scalar>()) {
        if (each.name != "sin" && each.name != "cos") continue;
        espalier::store(values.data(), each.function(espalier::load(arguments.data())));
        for (std::size_t lane = 0; lane + 1 < width; ++lane) CHECK(values[lane] == apply(each.name, arguments[lane]));
        CHECK(values[width - 1] == (each.name == "sin" ? std::sin(far) : std::cos(far)));
    }
}
