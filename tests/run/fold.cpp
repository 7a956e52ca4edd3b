// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/io/npy.hpp>
#include <espalier/run/fold.hpp>
#include <espalier/run/initializers.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <type_traits>

#include "../folders.hpp"

namespace {

namespace ep = espalier;

double difference(const auto& found, const auto& expected) {
    double largest = found.size() == expected.size() ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        const double each = std::abs(static_cast<double>(found.data()[i]) - static_cast<double>(expected.data()[i]));
        largest = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(largest, each);
    }
    return largest;
}

/// Folded it has the layers of Expected and predicts the same.
template <auto From, auto Expected, class Scalar>
void check() {
    using net = ep::network_t<From>;
    static_assert(std::is_same_v<ep::folded_network<net>, ep::network_t<Expected>>);
    auto at = ep::initialize<net, Scalar>(ep::seed{5});
    ep::random_stream stream(ep::seed{6}, "fold");
    for (std::size_t i = 0; i < ep::parameter_tensor_count<net>; ++i)
        for (Scalar& each : at.flat().subspan(at.tensors[i].offset, at.tensors[i].size))
            each += Scalar(0.6) * stream.uniform<Scalar>();
    auto x = xt::xtensor<Scalar, 2>::from_shape({9, ep::input_size<net>});
    for (Scalar& each : x) each = stream.normal<Scalar>();
    const auto apart = difference(ep::predict_rows(ep::fold_batch_norm(at), x), ep::predict_rows(at, x));
    CHECK(apart < (std::is_same_v<Scalar, float> ? 1e-5 : 1e-14));
    CHECK(apart > 0);  // not a copy: rounding differs
}

}  // namespace

TEST_CASE_TEMPLATE("a folded network predicts the same", Scalar, float, double) {
    constexpr auto from = ep::input<2, 5, 3> >> ep::batch_norm<> >> ep::conv2d<3, 3, ep::no_bias, ep::padding<1>> >>
                          ep::batch_norm<> >> ep::relu >> ep::depthwise_conv2d<2, ep::no_bias> >>
                          ep::batch_norm<ep::no_affine> >> ep::flatten >> ep::frozen(ep::dense<4>) >>
                          ep::batch_norm<ep::no_affine, ep::epsilon(1e-2)> >> ep::dense<3> >> ep::tanh >>
                          ep::batch_norm<>;
    constexpr auto expected = ep::input<2, 5, 3> >> ep::batch_norm<> >> ep::conv2d<3, 3, ep::padding<1>> >> ep::relu >>
                              ep::depthwise_conv2d<2> >> ep::flatten >> ep::dense<4> >> ep::dense<3> >> ep::tanh >>
                              ep::batch_norm<>;
    check<from, expected, Scalar>();
}

// Their W begins with the channels that arrive.
TEST_CASE("so does one of transposed convolutions, of images in groups and of signals") {
    constexpr auto from = ep::input<4, 3, 2> >>
                          ep::conv_transpose2d<6, 3, 2, ep::groups<2>, ep::stride<2, 1>, ep::no_bias> >>
                          ep::batch_norm<> >> ep::relu >> ep::frozen(ep::conv_transpose2d<3, 2, ep::padding<1>>) >>
                          ep::batch_norm<ep::no_affine> >> ep::reshape<6, 6> >>
                          ep::conv_transpose1d<3, 4, ep::no_bias, ep::dilation<2>, ep::groups<3>> >> ep::batch_norm<>;
    constexpr auto expected = ep::input<4, 3, 2> >> ep::conv_transpose2d<6, 3, 2, ep::groups<2>, ep::stride<2, 1>> >>
                              ep::relu >> ep::conv_transpose2d<3, 2, ep::padding<1>> >> ep::reshape<6, 6> >>
                              ep::conv_transpose1d<3, 4, ep::dilation<2>, ep::groups<3>>;
    check<from, expected, double>();
}

// tests/reference/batch_norm.py: x, the tensors, the predictions.
TEST_CASE("a folded transposed convolution predicts what PyTorch's two modules do") {
    using net =
        ep::network_t<(ep::input<4, 3, 5> >> ep::conv_transpose2d<6, 3, 2, ep::groups<2>, ep::stride<2>, ep::no_bias> >>
                       ep::batch_norm<ep::epsilon(1e-3)>)>;
    constexpr std::size_t rows = 3;
    const auto values = ep::io::load_npy<double, 1>(in_tests("reference/batch_norm_folded.npy"));
    std::size_t taken = 0;
    const auto take = [&](double* to, std::size_t count) {
        REQUIRE(taken + count <= values.size());
        std::copy_n(values.data() + taken, count, to);
        taken += count;
    };
    auto x = xt::xtensor<double, 2>::from_shape({rows, ep::input_size<net>});
    take(x.data(), x.size());
    ep::parameters<net, double> at;
    for (const auto& tensor : at.tensors) take(at.data() + tensor.offset, tensor.size);
    auto y = xt::xtensor<double, 2>::from_shape({rows, ep::output_size<net>});
    take(y.data(), y.size());
    REQUIRE(taken == values.size());
    const auto folded = ep::fold_batch_norm(at);
    static_assert(ep::layer_count<ep::folded_network<net>> == 2);
    CHECK(difference(ep::predict_rows(folded, x), y) < 1e-14);
    CHECK(difference(ep::predict_rows(at, x), y) < 1e-14);
}
