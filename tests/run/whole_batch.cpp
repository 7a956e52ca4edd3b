// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <espalier/kernel/tile.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/plan/describe.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/trainer.hpp>
#include <span>
#include <string>
#include <vector>

/// What the contract of whole-batch operations offers beyond what dense uses: kept memory, scratch, state.
namespace {

namespace ep = espalier;
namespace layer = ep::layer;

/// y = g (x − mean) / σ of the batch, per feature; of the running statistics in predictions. σ² has no ε: rows differ.
struct standardize {
    static constexpr std::string_view kind = "standardize";
    static constexpr bool whole_batch = true;
    static constexpr layer::reads parameter_gradient_reads{.input = true};
    static constexpr layer::reads input_gradient_reads{.input = true, .parameters = true};
    static constexpr bool input_gradient_in_place = true;
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters(const ep::extents& input) {
        return std::array<layer::parameter, 3>{{{"running_mean", input, 1, 1, ep::initializers::zeros, true, 0.25},
                                                {"weight", input, 1, 1, ep::initializers::ones},
                                                {"running_variance", input, 1, 1, ep::initializers::ones, true, 0.25}}};
    }
    template <ep::extents Input, class Scalar>
    static constexpr std::size_t kept_bytes(std::size_t) {
        return 2 * Input.size() * sizeof(Scalar);
    }
    template <ep::extents Input, class Scalar>
    static constexpr std::size_t forward_scratch(std::size_t) {
        return Input.size() * sizeof(Scalar);
    }

    template <ep::extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, layer::batch_memory memory,
                        Epilogue& epilogue) {
        auto* const scale = reinterpret_cast<Scalar*>(memory.scratch);
        auto* const kept = reinterpret_cast<Scalar*>(memory.kept);
        CHECK((kept != nullptr) == Train);
        for (std::size_t i = 0; i < Input.size(); ++i) {
            Scalar mean = p[0][i], inverse = 1 / std::sqrt(p[2][i]);
            if constexpr (Train) {
                mean = kept[i] = average<Input>(rows, i, [&](std::size_t at) { return x[at]; });
                const Scalar variance =
                    average<Input>(rows, i, [&](std::size_t at) { return (x[at] - mean) * (x[at] - mean); });
                inverse = kept[Input.size() + i] = 1 / std::sqrt(variance);
            }
            scale[i] = p[1][i] * inverse;
            ep::detail::for_each_register<Scalar, 1>(rows, [&](std::size_t block, std::size_t, std::size_t vector) {
                const auto value = ep::load(x + ep::detail::register_offset<Scalar, Input.size()>(block, i, vector));
                epilogue(block, i, vector, (value - ep::simd<Scalar>(mean)) * ep::simd<Scalar>(scale[i]));
            });
        }
    }
    template <ep::extents Input, class Scalar>
    static void statistics(const Scalar* const*, std::size_t rows, layer::batch_memory memory,
                           Scalar* const* gradient) {
        const auto* const kept = reinterpret_cast<const Scalar*>(memory.kept);
        const auto n = static_cast<Scalar>(rows);
        for (std::size_t i = 0; i < Input.size(); ++i) {
            const Scalar inverse = kept[Input.size() + i];
            gradient[0][i] = kept[i];
            gradient[2][i] = n / (n - 1) / (inverse * inverse);
        }
    }
    template <ep::extents Input, bool FromRows, class Scalar>
    static void parameter_gradient(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                   std::size_t rows, layer::batch_memory memory, Scalar* const* gradient) {
        const auto* const kept = reinterpret_cast<const Scalar*>(memory.kept);
        for (std::size_t i = 0; i < Input.size(); ++i)
            gradient[1][i] = static_cast<Scalar>(rows) * kept[Input.size() + i] *
                             average<Input>(rows, i, [&](std::size_t at) { return delta[at] * (x[at] - kept[i]); });
    }
    template <ep::extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const* p, const Scalar* x, const Scalar*, const Scalar* delta,
                               std::size_t rows, layer::batch_memory memory, Epilogue& epilogue) {
        const auto* const kept = reinterpret_cast<const Scalar*>(memory.kept);
        for (std::size_t i = 0; i < Input.size(); ++i) {
            const Scalar mean = kept[i], inverse = kept[Input.size() + i];
            const Scalar flat = average<Input>(rows, i, [&](std::size_t at) { return delta[at]; });
            const Scalar slope =
                average<Input>(rows, i, [&](std::size_t at) { return delta[at] * (x[at] - mean) * inverse; });
            ep::detail::for_each_register<Scalar, 1>(rows, [&](std::size_t block, std::size_t, std::size_t vector) {
                alignas(ep::alignment) Scalar lanes[ep::simd_width<Scalar>] = {};
                const std::size_t first = ep::detail::register_offset<Scalar, Input.size()>(block, i, vector);
                const std::size_t row = block * ep::block_lanes<Scalar> + vector * ep::simd_width<Scalar>;
                for (std::size_t lane = 0; lane < ep::simd_width<Scalar> && row + lane < rows; ++lane)
                    lanes[lane] =
                        p[1][i] * inverse * (delta[first + lane] - flat - slope * (x[first + lane] - mean) * inverse);
                epilogue(block, i, vector, ep::load(lanes));
            });
        }
    }
    template <ep::extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const* p, const Scalar* x, layer::batch_memory, Epilogue& epilogue) {
        constexpr std::size_t width = ep::simd_width<Scalar>;
        for (std::size_t first = 0; first < Input.size(); first += width) {
            alignas(ep::alignment) Scalar lanes[width] = {};
            for (std::size_t lane = 0; lane < width && first + lane < Input.size(); ++lane) {
                const std::size_t i = first + lane;
                lanes[lane] = p[1][i] * (x[i] - p[0][i]) / std::sqrt(p[2][i]);
            }
            epilogue(first, ep::load(lanes));
        }
    }

private:
    template <ep::extents Input, class Function>
    static auto average(std::size_t rows, std::size_t feature, Function&& f) {
        decltype(f(std::size_t{})) sum{};
        using scalar = decltype(sum);
        for (std::size_t row = 0; row < rows; ++row)
            sum += f((row / ep::block_lanes<scalar> * Input.size() + feature) * ep::block_lanes<scalar> +
                     row % ep::block_lanes<scalar>);
        return sum / static_cast<scalar>(rows);
    }
};
static_assert(layer::BatchLayer<standardize>);

constexpr auto net = ep::input<3> >> ep::dense<5> >> standardize{} >> ep::tanh >> ep::dense<2>;
constexpr auto fixed = ep::input<3> >> ep::dense<5> >> ep::frozen(standardize{}) >> ep::tanh >> ep::dense<2>;
using Net = ep::network_t<net>;
using Fixed = ep::network_t<fixed>;

constexpr std::size_t rows = ep::block_lanes<double> + 3;
std::vector<double> inputs() {
    std::vector<double> x(rows * 3);
    ep::random_stream stream(ep::seed{2}, "test");
    for (double& each : x) each = stream.normal<double>();
    return x;
}

// Learned: W¹, b¹, weight, W³, b³; then the two states. A cache line holds 8 doubles.
static_assert(ep::trained_size<Net, double> == 16 + 8 + 8 + 16 + 8);
static_assert(ep::parameter_size<Net, double> == ep::trained_size<Net, double> + 8 + 8);
static_assert(ep::parameter_count<Net> == 15 + 5 + 5 + 10 + 2);
static_assert(ep::trained_ranges<Net, double>.size() == 1);
static_assert(ep::trained_ranges<Net, double>[0].count == ep::trained_size<Net, double>);
static_assert(ep::trained_ranges<Fixed, double>.size() == 2);
static_assert(ep::optimizer_state<Net, ep::sgd, double>::size() == ep::trained_size<Net, double>);

// a¹ is read by standardize, and what it keeps for itself counts.
static_assert(ep::plan<Net, 16, double>::stored_bytes == 2 * 16 * 5 * sizeof(double) + 2 * 5 * sizeof(double));

}  // namespace

TEST_CASE("an operation keeps memory from its forward to its gradients") {
    const auto parameters = ep::initialize<Net, double>(ep::seed{1});
    const auto x = inputs();
    const std::vector<double> y(rows * 2, 0.5);
    CHECK(ep::gradient_check<rows>(parameters, std::span(x), std::span(y), ep::mse) < 1e-6);
    const std::string text = ep::describe<Net, 16, double>();
    CAPTURE(text);
    CHECK(text.find("own²") != std::string::npos);
    CHECK(text.find("by standardize for its gradients") != std::string::npos);
}

TEST_CASE_TEMPLATE("state follows the batches' statistics, unless frozen", Tested, Net, Fixed) {
    constexpr bool moves = std::is_same_v<Tested, Net>;
    auto parameters = ep::initialize<Tested, double>(ep::seed{1});
    CHECK(parameters.template weight<2, 0>()(0) == 0);
    CHECK(parameters.template weight<2, 2>()(0) == 1);
    const auto before = parameters;
    const auto x = inputs();
    const std::vector<double> y(rows * 2, 0.5);
    ep::gradients<Tested, double> gradient;
    ep::workspace<Tested, 16, double> memory;
    constexpr std::size_t some = 7;
    ep::value_and_gradient(parameters, std::span(x).first(some * 3), std::span(y).first(some * 2), ep::mse, gradient,
                           memory);
    ep::update_statistics(parameters, gradient);

    for (std::size_t i = 0; i < 5; ++i) {
        std::vector<double> values(some);
        double mean = 0, variance = 0;
        for (std::size_t row = 0; row < some; ++row) {
            values[row] = before.template bias<1>()(i);
            for (std::size_t k = 0; k < 3; ++k) values[row] += before.template weight<1>()(i, k) * x[row * 3 + k];
            mean += values[row] / double{some};
        }
        for (const double each : values) variance += (each - mean) * (each - mean) / double{some - 1};
        CHECK(parameters.template weight<2, 0>()(i) == doctest::Approx(moves ? 0.25 * mean : 0).epsilon(1e-12));
        CHECK(parameters.template weight<2, 2>()(i) ==
              doctest::Approx(moves ? 0.75 + 0.25 * variance : 1).epsilon(1e-12));
    }
    for (std::size_t i = 0; i < ep::trained_size<Tested, double>; ++i) CHECK(parameters.data()[i] == before.data()[i]);
}

TEST_CASE("training moves weights by the gradient and state by the statistics; predictions go by the state") {
    auto parameters = ep::initialize<Net, double>(ep::seed{1});
    const auto x = inputs();
    const auto samples = xt::adapt(x, std::vector<std::size_t>{rows, 3});
    const ep::dataset set(samples, xt::xtensor<double, 2>(xt::xtensor<double, 2>::shape_type{rows, 2}, 0.5));
    const ep::trainer trainer{net, ep::mse, ep::sgd{.learning_rate = 0.1}, ep::batch<16>};
    trainer.fit(parameters, set, {.epochs = 2, .clip_norm = 1, .progress = ep::progress::none});
    CHECK(parameters.weight<2, 0>()(0) != 0);
    CHECK(parameters.weight<2, 2>()(0) != 1);
    const auto all = ep::predict_rows(parameters, samples);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto one = ep::predict(parameters, std::span(x).subspan(row * 3, 3));
        for (std::size_t i = 0; i < 2; ++i) CHECK(one(i) == doctest::Approx(all(row, i)).epsilon(1e-12));
    }
}
