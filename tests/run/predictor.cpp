// SPDX-License-Identifier: MIT
#include <espalier/run/predictor.hpp>

#include <doctest/doctest.h>

#include <vector>

#include <espalier/topology/dsl.hpp>

#include "network_vectors.hpp"
#include "streams.hpp"

namespace {

/// The largest difference between what a predictor and the network give for some samples.
template <class Net, class Scalar>
Scalar difference(const ep::predictor<Net, Scalar>& run, const ep::parameters<Net, Scalar>& parameters) {
    ep::random_stream stream(ep::seed{3}, "samples");
    Scalar worst = 0;
    for (int sample = 0; sample < 3; ++sample) {
        std::vector<Scalar> x(ep::input_size<Net>);
        for (Scalar& each : x) each = stream.normal<Scalar>();
        const auto found = run(x);
        const auto expected = ep::predict(parameters, x);
        static_assert(std::is_same_v<decltype(found), decltype(expected)>);
        for (std::size_t o = 0; o < ep::output_size<Net>; ++o) {
            const Scalar apart = std::abs(found.data()[o] - expected.data()[o]);
            if (!(apart <= worst)) worst = apart;  // also where it is no number
        }
    }
    return worst;
}

template <class Net, class Scalar = float>
void check() {
    const auto parameters = streams::random_parameters<Net, Scalar>();
    CHECK(difference(ep::predictor(parameters), parameters) < (std::is_same_v<Scalar, float> ? 3e-5 : 1e-13));
}

using small = ep::network_t<(ep::input<9> >> ep::dense<21> >> ep::tanh >> ep::dense<5, ep::no_bias> >> ep::sigmoid)>;
constexpr auto normalised = ep::conv2d<4, 3, ep::same, ep::no_bias> >> ep::batch_norm<>;

}  // namespace

TEST_CASE_TEMPLATE("a predictor gives what predict gives", Scalar, float, double) {
    check<small, Scalar>();
    check<ep::network_t<(ep::input<2, 3> >> ep::flatten >> ep::dense<70> >> ep::relu >> ep::dropout<0.5> >>
                         ep::dense<4> >> ep::reshape<2, 2>)>,
          Scalar>();
    check<ep::network_t<(ep::input<5> >> ep::dense<40> >> ep::prelu<> >> ep::layer_norm<> >> ep::dense<3>)>, Scalar>();
    check<ep::network_t<(ep::input<6> >> ep::dense<16> >> ep::residual(ep::dense<16> >> ep::relu) >>
                         ep::concat(ep::dense<3>, ep::dense<9> >> ep::tanh) >> ep::softmax<>)>,
          Scalar>();
}

TEST_CASE_TEMPLATE("batch_norm is folded into it", Scalar, float, double) {
    using net =
        ep::network_t<(ep::input<2, 6, 6> >> normalised >> ep::relu >> ep::residual(normalised >> ep::relu) >>
                       ep::max_pool<2> >> ep::flatten >> ep::dense<9> >> ep::batch_norm<> >> ep::tanh >> ep::dense<3>)>;
    check<net, Scalar>();
}

TEST_CASE("what nothing reads is not held") {
    constexpr std::size_t width = ep::simd_width<float>, hidden = (21 + width - 1) / width * width,
                          last = (5 + width - 1) / width * width;
    const auto lines = [](std::size_t scalars) { return (scalars * sizeof(float) + 63) / 64 * 64; };
    CHECK(ep::predictor<small>::bytes == lines(10 * hidden) + lines(22 * last));
    using learned = ep::network_t<(ep::input<9> >> ep::dense<21> >> ep::prelu<>)>;
    CHECK(ep::predictor<learned>::bytes == lines(10 * hidden) + ep::parameter_size<learned, float> * sizeof(float));
}

TEST_CASE("a predictor keeps its parameters until it is given others") {
    auto parameters = streams::random_parameters<small, float>();
    const auto before = parameters;
    using memory = ep::storage::in_place<std::byte, ep::predictor<small>::bytes>;
    ep::predictor<small, float, memory> placed(parameters);
    ep::predictor run(parameters);
    for (float& each : parameters.flat()) each *= 0.5f;
    CHECK(difference(run, before) < 3e-5f);
    CHECK(difference(run, parameters) > 1e-3f);
    run.update(parameters);
    CHECK(difference(run, parameters) < 3e-5f);
    const ep::predictor copied = run;
    const std::array<float, 9> x{1, 2, 3};
    CHECK(copied(x) == run(x));
    CHECK(placed(x) == ep::predictor(before)(x));
}

TEST_CASE("a predictor refuses samples of another size") {
    const ep::predictor run(streams::random_parameters<small, float>());
    CHECK_THROWS_WITH_AS(run(std::vector<float>(8)), doctest::Contains("x"), ep::shape_error);
    CHECK_THROWS_AS(run(xt::xtensor<float, 1>::from_shape({10})), ep::shape_error);
}
