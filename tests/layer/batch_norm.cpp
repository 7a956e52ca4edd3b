// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/io/npy.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/layer/batch_norm.hpp>
#include <limits>
#include <random>
#include <vector>

#include "../folders.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;

/// Takes registers as the contract says: each that holds samples once, and no other.
template <class Scalar>
struct collected {
    std::size_t features, rows;
    std::vector<Scalar> values;
    std::vector<int> times;

    collected(std::size_t count, std::size_t of)
        : features(count),
          rows(of),
          values(ep::blocks_for<Scalar>(of) * count * ep::block_lanes<Scalar>),
          times(values.size() / ep::simd_width<Scalar>) {}

    void operator()(std::size_t block, std::size_t feature, std::size_t vector, const ep::simd<Scalar>& value) {
        const std::size_t at = (block * features + feature) * ep::block_lanes<Scalar> + vector * ep::simd_width<Scalar>;
        ep::store(values.data() + at, value);
        ++times[at / ep::simd_width<Scalar>];
    }
    bool complete() const {
        for (std::size_t i = 0; i < times.size(); ++i) {
            const std::size_t vector = i / (2 * features) * 2 + i % 2;
            if (times[i] != (vector * ep::simd_width<Scalar> < rows ? 1 : 0)) return false;
        }
        return true;
    }
};

template <class Scalar>
double difference(const std::vector<Scalar>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    double apart = 0, largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double each = std::abs(static_cast<double>(found[i]) - expected[i]);
        apart = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(apart, each);
        largest = std::max(largest, std::abs(expected[i]));
    }
    return apart == 0 ? 0 : apart / std::max(largest, 1e-3);
}

/// A batch_norm on its own, with its tensors and with memory as the plan lends it.
template <class Layer, ep::extents Input, class Scalar>
class subject {
public:
    static constexpr std::size_t size = Input.size();
    static constexpr auto tensors = Layer::parameters(Input);
    static constexpr std::size_t learned = tensors.size() - 2;

    std::vector<std::vector<Scalar>> p, gradient;
    std::vector<Scalar> y, x_gradient;

    subject() {
        for (const layer::parameter& each : tensors) p.emplace_back(each.shape.size(), Scalar(each.start.value));
        gradient = p;
    }

    /// Forward, both gradients and the statistics' step. With a wanted x gradient alone, the layer sums for itself.
    void train(const std::vector<double>& x, const std::vector<double>& delta, bool parameters_too = true) {
        const std::size_t rows = x.size() / size;
        const Scalar* const unread = nullptr;
        const auto in = blocks(x, rows, Scalar(1e30)), arriving = blocks(delta, rows, Scalar{});
        std::vector<std::byte> kept(Layer::template kept_bytes<Input, Scalar>(rows));
        std::vector<std::byte> scratch(Layer::template input_gradient_scratch<Input, Scalar>(rows));
        const layer::batch_memory memory{scratch.data(), kept.data(), learned > 0 && parameters_too};
        collected<Scalar> out(size, rows), back(size, rows);
        Layer::template forward<Input, true>(pointers(p).data(), in.data(), rows, memory, out);
        const auto to = pointers(gradient);
        Layer::template statistics<Input>(pointers(p).data(), rows, memory, to.data());
        if constexpr (learned > 0)
            if (parameters_too)
                Layer::template parameter_gradient<Input, false>(pointers(p).data(), in.data(), unread, arriving.data(),
                                                                 rows, memory, to.data());
        Layer::template input_gradient<Input>(pointers(p).data(), in.data(), unread, arriving.data(), rows, memory,
                                              back);
        CHECK(out.complete());
        CHECK(back.complete());
        bool past_rows_is_zero = true;
        for (std::size_t row = rows; row < ep::blocks_for<Scalar>(rows) * ep::block_lanes<Scalar>; ++row)
            for (std::size_t i = 0; i < size; ++i) past_rows_is_zero &= back.values[at(row, i)] == 0;
        CHECK(past_rows_is_zero);
        y = rows_of(out.values, rows);
        x_gradient = rows_of(back.values, rows);
        for (std::size_t state = learned; state < tensors.size(); ++state)
            for (std::size_t c = 0; c < Input.extent[0]; ++c)
                p[state][c] += Scalar(tensors[state].momentum) * (gradient[state][c] - p[state][c]);
    }

    std::vector<Scalar> predict(const std::vector<double>& x) {
        const std::size_t rows = x.size() / size;
        collected<Scalar> out(size, rows);
        Layer::template forward<Input, false>(pointers(p).data(), blocks(x, rows, Scalar{}).data(), rows, {}, out);
        CHECK(out.complete());
        return rows_of(out.values, rows);
    }
    std::vector<Scalar> predict_single(const std::vector<double>& x) {
        const std::vector<Scalar> in(x.begin(), x.end());
        std::vector<Scalar> out(size + ep::simd_width<Scalar>);
        auto to = [&](std::size_t first, const ep::simd<Scalar>& value) { ep::store(out.data() + first, value); };
        Layer::template forward_single<Input>(pointers(p).data(), in.data(), layer::batch_memory{}, to);
        out.resize(size);
        return out;
    }

private:
    static std::size_t at(std::size_t row, std::size_t feature) {
        constexpr std::size_t lanes = ep::block_lanes<Scalar>;
        return (row / lanes * size + feature) * lanes + row % lanes;
    }
    static std::vector<Scalar> blocks(const std::vector<double>& x, std::size_t rows, Scalar beyond) {
        std::vector<Scalar> list(ep::blocks_for<Scalar>(rows) * size * ep::block_lanes<Scalar>, beyond);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < size; ++i) list[at(row, i)] = static_cast<Scalar>(x[row * size + i]);
        return list;
    }
    static std::vector<Scalar> rows_of(const std::vector<Scalar>& list, std::size_t rows) {
        std::vector<Scalar> x;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < size; ++i) x.push_back(list[at(row, i)]);
        return x;
    }
    template <class Lists>
    static auto pointers(Lists& lists) {
        std::vector<Scalar*> list;
        for (auto& each : lists) list.push_back(each.data());
        return list;
    }
};

class reference_reader {
public:
    std::vector<double> take(std::size_t count) {
        REQUIRE(at_ + count <= values_.size());
        const auto first = values_.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ += count;
        return {first, first + static_cast<std::ptrdiff_t>(count)};
    }
    bool at_end() const { return at_ == values_.size(); }

    template <class Layer, ep::extents Input, class Scalar>
    void check(std::initializer_list<std::size_t> steps) {
        constexpr std::size_t size = Input.size(), channels = Input.extent[0];
        constexpr double tolerance = std::is_same_v<Scalar, float> ? 1e-5 : 1e-12;
        subject<Layer, Input, Scalar> found;
        for (std::size_t i = 0; i < found.learned; ++i) {
            const auto values = take(channels);
            found.p[i].assign(values.begin(), values.end());
        }
        for (const std::size_t rows : steps) {
            CAPTURE(rows);
            const auto x = take(rows * size), y = take(rows * size), delta = take(rows * size);
            const auto x_gradient = take(rows * size);
            found.train(x, delta);
            CHECK(difference(found.y, y) < tolerance);
            CHECK(difference(found.x_gradient, x_gradient) < tolerance);
            for (std::size_t i = 0; i < found.learned; ++i)
                CHECK(difference(found.gradient[i], take(channels)) < tolerance);
            for (std::size_t i = found.learned; i < found.p.size(); ++i)
                CHECK(difference(found.p[i], take(channels)) < tolerance);
        }
        const auto x = take(3 * size), y = take(3 * size);
        CHECK(difference(found.predict(x), y) < tolerance);
        CHECK(difference(found.predict_single({x.begin(), x.begin() + size}), {y.begin(), y.begin() + size}) <
              tolerance);
    }

private:
    xt::xtensor<double, 1> values_ = ep::io::load_npy<double, 1>(in_tests("reference/batch_norm.npy"));
    std::size_t at_ = 0;
};

static_assert(layer::BatchLayer<layer::batch_norm<>> && layer::BatchLayer<layer::when_frozen<layer::batch_norm<>>>);
static_assert(layer::batch_norm<>::parameters(shape<4, 3>{})[3].is_state);
static_assert(layer::batch_norm<ep::no_affine, ep::momentum(0.3)>::parameters(shape<4>{})[1].momentum == 0.3);

}  // namespace

TEST_CASE_TEMPLATE("training steps, running statistics and inference are PyTorch's", Scalar, float, double) {
    reference_reader next;
    next.check<layer::batch_norm<>, shape<3, 2, 3>{}, Scalar>({37, 1, 16});
    next.check<layer::batch_norm<ep::epsilon(1e-2), ep::momentum(0.3)>, shape<5>{}, Scalar>({19, 2});
    next.check<layer::batch_norm<ep::no_affine>, shape<4, 5>{}, Scalar>({35, 3});
    CHECK(next.at_end());
}

// Runs longer than a piece, far from zero, in float: against double.
TEST_CASE("moments and gradients of long runs far from zero") {
    constexpr ep::extents size = shape<2, 5, 31>{};
    std::mt19937 engine(3);
    std::normal_distribution<double> normal;
    for (const std::size_t rows : {std::size_t{1}, std::size_t{33}, std::size_t{80}}) {
        CAPTURE(rows);
        std::vector<double> x(rows * size.size()), delta(x.size());
        for (double& each : x) each = static_cast<float>(1000 + normal(engine));
        for (double& each : delta) each = normal(engine);
        subject<layer::batch_norm<>, size, float> narrow;
        subject<layer::batch_norm<>, size, double> wide;
        narrow.train(x, delta);
        wide.train(x, delta, false);
        CHECK(difference(narrow.y, std::vector<double>(wide.y)) < 5e-5);
        CHECK(difference(narrow.x_gradient, std::vector<double>(wide.x_gradient)) < 5e-5);
        CHECK(difference(narrow.gradient[3], std::vector<double>(wide.gradient[3])) < 1e-5);
    }
}

TEST_CASE("one element a channel has no variance: running_var stays, and nothing is divided by zero") {
    subject<layer::batch_norm<>, shape<3>{}, float> found;
    found.p[3] = {0.5f, 2, 4};
    found.train({1, -2, 3}, {1, 1, 1});
    CHECK(found.p[3] == std::vector<float>{0.5f, 2, 4});
    CHECK(found.p[2][1] == doctest::Approx(-0.2));
    CHECK(found.y == std::vector<float>{0, 0, 0});
    CHECK(found.x_gradient == std::vector<float>{0, 0, 0});
}
