// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/io/npy.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <random>
#include <vector>

#include "../folders.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;
using layer::mismatch;

/// A layer on some samples, without a network: forward and both gradients.
template <class Layer, ep::extents Input, class Scalar>
struct on_samples {
    static constexpr std::size_t width = ep::simd_width<Scalar>;
    static constexpr ep::extents output = Layer::output(Input);
    static constexpr auto tensors = layer::parameters_of<Layer>(Input);

    std::vector<Scalar> y, x_gradient;
    std::vector<std::vector<Scalar>> gradient;

    /// x and delta [rows][…] in double, as lanes of registers; those past the rows repeat the last row, with delta 0.
    on_samples(const std::vector<double>& x, const std::vector<double>& delta,
               const std::vector<std::vector<double>>& parameters) {
        std::vector<std::vector<Scalar>> values;
        std::vector<const Scalar*> p;
        std::vector<Scalar*> to;
        for (const auto& each : parameters) {
            values.emplace_back(each.begin(), each.end());
            gradient.emplace_back(each.size());
        }
        for (const auto& each : values) p.push_back(each.data());
        for (auto& each : gradient) to.push_back(each.data());
        const std::size_t rows = x.size() / Input.size();
        for (std::size_t first = 0; first < rows; first += width) {
            const std::size_t count = std::min(width, rows - first);
            const auto in = lanes(x, Input.size(), first, count);
            auto arriving = lanes(delta, output.size(), first, count);
            for (std::size_t i = 0; i < arriving.size(); ++i)
                if (i % width >= count) arriving[i] = 0;
            std::vector<Scalar> out(arriving.size()), back(in.size());
            const layer::features<Scalar> x_of(in.data(), width), y_of(out.data(), width), d_of(arriving.data(), width);
            const layer::weights<Scalar> p_of(p.data());
            Layer::template forward<Input, Scalar>(x_of, p_of, {out.data(), width});
            Layer::template input_gradient<Input, Scalar>(x_of, y_of, d_of, p_of, {back.data(), width});
            if constexpr (tensors.size() > 0)
                Layer::template parameter_gradient<Input, Scalar>(x_of, y_of, d_of, p_of,
                                                                  layer::sums<Scalar>(to.data()));
            append_rows(y, out, count);
            append_rows(x_gradient, back, count);
        }
    }

private:
    static std::vector<Scalar> lanes(const std::vector<double>& x, std::size_t features, std::size_t first,
                                     std::size_t count) {
        std::vector<Scalar> list(features * width);
        for (std::size_t i = 0; i < list.size(); ++i)
            list[i] = static_cast<Scalar>(x[(first + std::min(i % width, count - 1)) * features + i / width]);
        return list;
    }
    static void append_rows(std::vector<Scalar>& to, const std::vector<Scalar>& lanes_of, std::size_t count) {
        for (std::size_t row = 0; row < count; ++row)
            for (std::size_t i = row; i < lanes_of.size(); i += width) to.push_back(lanes_of[i]);
    }
};

/// In units of the largest expected value; infinite where there is a NaN.
template <class Scalar>
double difference(const std::vector<Scalar>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    double apart = 0, largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double each = std::abs(static_cast<double>(found[i]) - expected[i]);
        apart = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(apart, each);
        largest = std::max(largest, std::abs(expected[i]));
    }
    return apart == 0 ? 0 : apart / largest;
}

template <class Scalar>
double largest(const std::vector<Scalar>& list) {
    double found = 0;
    for (const Scalar each : list)
        found = std::isnan(each) ? std::numeric_limits<double>::infinity()
                                 : std::max(found, std::abs(static_cast<double>(each)));
    return found;
}

class reference_reader {
public:
    static constexpr std::size_t rows = 3;

    std::vector<double> take(std::size_t count) {
        REQUIRE(at_ + count <= values_.size());
        const auto first = values_.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ += count;
        return {first, first + static_cast<std::ptrdiff_t>(count)};
    }
    bool at_end() const { return at_ == values_.size(); }

    /// The next case, in double, or in float.
    template <class Layer, ep::extents Input, class Scalar = double>
    void check(bool has_x_gradient = true) {
        constexpr auto tensors = layer::parameters_of<Layer>(Input);
        constexpr std::size_t size = Input.size(), outputs = Layer::output(Input).size();
        const auto take_parameters = [&] {
            std::vector<std::vector<double>> list;
            for (const layer::parameter& each : tensors) list.push_back(take(each.shape.size()));
            return list;
        };
        const auto x = take(rows * size);
        const auto parameters = take_parameters();
        const auto y = take(rows * outputs), delta = take(rows * outputs);
        const auto x_gradient = has_x_gradient ? take(rows * size) : std::vector<double>(rows * size, 0.0);
        const auto gradient = take_parameters();
        static_assert(Layer::check(Input) == mismatch::none);
        CAPTURE(Layer::kind);
        constexpr double tolerance = std::is_same_v<Scalar, float> ? 4e-6 : 1e-13;
        const on_samples<Layer, Input, Scalar> found(x, delta, parameters);
        CHECK(difference(found.y, y) < tolerance);
        CHECK(difference(found.x_gradient, x_gradient) < tolerance);
        for (std::size_t i = 0; i < tensors.size(); ++i) CHECK(difference(found.gradient[i], gradient[i]) < tolerance);
    }

private:
    xt::xtensor<double, 1> values_ = ep::io::load_npy<double, 1>(in_tests("reference/normalisation.npy"));
    std::size_t at_ = 0;
};

std::vector<double> normal(std::size_t count, double scale, double mean = 0) {
    static std::mt19937 engine(7);
    std::normal_distribution<double> distribution(mean, scale);
    std::vector<double> list(count);
    for (double& each : list) each = distribution(engine);
    return list;
}

static_assert(layer::SampleLayer<layer::layer_norm<>> && layer::SampleLayer<layer::embedding<3, 2>>);
static_assert(layer::layer_norm<>::parameters(shape<3, 4>{})[1].shape == shape<3, 4>{});
static_assert(layer::layer_norm<ep::last_axes(1)>::parameters(shape<3, 4>{})[0].shape == shape<4>{});
static_assert(layer::layer_norm<ep::no_affine>::parameters(shape<4>{}).size() == 0);
static_assert(layer::layer_norm<ep::no_bias>::parameters(shape<4>{}).size() == 1);
static_assert(layer::rms_norm<>::parameters(shape<4>{})[0].start == ep::initializers::ones);
static_assert(layer::group_norm<2>::parameters(shape<4, 3>{})[1].start == ep::initializers::zeros);
static_assert(!layer::group_norm<2, ep::no_affine>::input_gradient_reads.parameters);

static_assert(layer::layer_norm<ep::last_axes(2)>::check(shape<4>{}) == mismatch::axis_missing);
static_assert(layer::group_norm<3>::check(shape<4, 3>{}) == mismatch::groups_do_not_divide);
static_assert(layer::softmax<1>::check(shape<4>{}) == mismatch::axis_missing);
static_assert(layer::pad<1, 1, 1, 1>::check(shape<4>{}) == mismatch::axis_missing);
static_assert(layer::crop<2, 2>::check(shape<4>{}) == mismatch::cut_away);
static_assert(layer::crop<2, 1>::check(shape<4>{}) == mismatch::none);
static_assert(layer::upsample<2, 2>::check(shape<3, 4>{}) == mismatch::factors_differ);
static_assert(layer::upsample<>::check(shape<3, 4>{}) == mismatch::no_factors);
static_assert(layer::embedding<3, 2>::output(shape<4>{}) == shape<4, 2>{});
static_assert(layer::embedding<3, 2>::check(shape<1, 1, 1, 1, 1, 4>{}) == mismatch::rank_too_high);

}  // namespace

TEST_CASE("outputs and gradients are PyTorch's") {
    reference_reader next;
    next.check<layer::layer_norm<>, shape<6>{}, float>();
    next.check<layer::layer_norm<ep::last_axes(2), ep::epsilon(1e-3)>, shape<3, 2, 5>{}>();
    next.check<layer::layer_norm<ep::no_affine>, shape<7>{}>();
    next.check<layer::rms_norm<>, shape<2, 5>{}>();
    next.check<layer::rms_norm<ep::epsilon(1e-2), ep::last_axes(1)>, shape<2, 5>{}, float>();
    next.check<layer::group_norm<2>, shape<4, 3, 2>{}>();
    next.check<layer::group_norm<3>, shape<3, 5>{}, float>();
    next.check<layer::group_norm<1, ep::no_affine, ep::epsilon(1e-3)>, shape<6, 2>{}>();
    next.check<layer::softmax<>, shape<5>{}, float>();
    next.check<layer::softmax<1>, shape<2, 3, 4>{}>();
    next.check<layer::log_softmax<>, shape<5>{}>();
    next.check<layer::log_softmax<2>, shape<2, 3, 4>{}, float>();
    next.check<layer::pad<1, 2, 0, 1>, shape<2, 3, 4>{}>();
    next.check<layer::crop<1, 0, 0, 2>, shape<2, 3, 4>{}>();
    next.check<layer::upsample<2>, shape<2, 3>{}>();
    next.check<layer::upsample<2, 3>, shape<2, 2, 3>{}, float>();
    next.check<layer::embedding<5, 3>, shape<4>{}>(false);
    CHECK(next.at_end());
}

// Against the same numbers of size 1, in double: a normalisation without epsilon does not see the scale.
TEST_CASE("normalisations of huge, tiny and far-off numbers") {
    constexpr ep::extents size = shape<3, 9>{};
    using norm = layer::group_norm<3, ep::no_affine>;
    using exact = layer::group_norm<3, ep::no_affine, ep::epsilon(1e-300)>;
    using root = layer::rms_norm<ep::no_affine>;
    using exact_root = layer::rms_norm<ep::no_affine, ep::epsilon(1e-300)>;
    auto x = normal(2 * size.size(), 1);
    const auto delta = normal(2 * size.size(), 1);
    const auto times = [](std::vector<double> list, double factor) {
        for (double& each : list) each *= factor;
        return list;
    };
    const on_samples<exact, size, double> expected(x, delta, {});
    const std::vector<double> y(expected.y), x_gradient(expected.x_gradient);
    for (const double scale : {1e18, 1e19, 1e20, 1e30, 1e37}) {
        CAPTURE(scale);
        const on_samples<norm, size, float> found(times(x, scale), delta, {});
        CHECK(difference(found.y, y) < 1e-6);
        CHECK(difference(found.x_gradient, times(x_gradient, 1 / scale)) < 2e-6);
        const on_samples<exact_root, size, double> wide(x, delta, {});
        const on_samples<root, size, float> narrow(times(x, scale), delta, {});
        CHECK(difference(narrow.y, std::vector<double>(wide.y)) < 1e-6);
    }
    const on_samples<norm, size, double> wide(times(x, 1e300), delta, {});
    CHECK(difference(wide.y, y) < 1e-14);

    // Only one of the samples is huge: the other keeps its bits.
    auto mixed = x;
    for (std::size_t i = 0; i < size.size(); ++i) mixed[i] *= 1e30;
    const on_samples<norm, size, float> with_huge(mixed, delta, {}), without(x, delta, {});
    CHECK(std::equal(with_huge.y.begin() + size.size(), with_huge.y.end(), without.y.begin() + size.size()));

    // Epsilon rules what is tiny.
    const on_samples<norm, size, float> tiny(times(x, 1e-30), delta, {});
    const double tiny_largest = largest(tiny.y);
    CHECK(tiny_largest < 2e-27);
    CHECK(tiny_largest > 0);

    // Far from zero, float itself rounds x to 6e-4 of its deviation; what is left of it is normalised.
    std::vector<double> far = x;
    for (double& each : far) each = static_cast<float>(each + 1e4);
    const on_samples<norm, size, double> far_expected(far, delta, {});
    CHECK(difference(on_samples<norm, size, float>(far, delta, {}).y, std::vector<double>(far_expected.y)) < 2e-6);

    // Constants have no deviation.
    for (const double constant : {0.0, 7.0, 1e30, 3.4e38}) {
        const on_samples<norm, size, float> flat(std::vector<double>(2 * size.size(), constant), delta, {});
        CAPTURE(constant);
        CHECK(largest(flat.y) < 1e-5);
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    x[4] = nan;
    CHECK(std::isnan(on_samples<norm, size, float>(x, delta, {}).y[4]));
}

TEST_CASE_TEMPLATE("softmax and its logarithm of huge numbers", Scalar, float, double) {
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> x = {1e30, -1e30, 1e30, -1e30, 1000, 999, -infinity, 0, 1e-30, -1e-30, 0, 0};
    const std::vector<double> delta(x.size(), 1.0);
    constexpr ep::extents size = shape<4>{};
    const double e = std::exp(-1.0);
    const std::vector<double> expected = {0.5, 0, 0.5, 0, 1 / (1 + e), e / (1 + e), 0, 0, 0.25, 0.25, 0.25, 0.25};
    CHECK(difference(on_samples<layer::softmax<>, size, Scalar>(x, delta, {}).y, expected) < 1e-6);
    const auto logarithm = on_samples<layer::log_softmax<>, size, Scalar>(x, delta, {});
    CHECK(logarithm.y[0] == doctest::Approx(std::log(0.5)));
    CHECK(logarithm.y[1] == doctest::Approx(-2e30));
    CHECK(logarithm.y[5] == doctest::Approx(-1 - std::log(1 + e)));
    CHECK(logarithm.y[6] == -std::numeric_limits<Scalar>::infinity());
    CHECK(std::isfinite(largest(logarithm.x_gradient)));
}

TEST_CASE("an index outside the table counts as the nearest, NaN as 0, and fractions are cut off") {
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> x = {-1, 1.99, 3, std::numeric_limits<double>::quiet_NaN(), infinity, -infinity};
    const std::vector<double> delta = {1, 2, 4, 8, 16, 32};
    const on_samples<layer::embedding<3, 1>, shape<6>{}, float> found(x, delta, {{10, 20, 30}});
    CHECK(found.y == std::vector<float>{10, 20, 30, 10, 30, 10});
    CHECK(found.gradient[0] == std::vector<float>{1 + 8 + 32, 2, 4 + 16});
}
