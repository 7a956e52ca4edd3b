// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/run/predict.hpp>
#include <espalier/run/stream.hpp>
#include <espalier/topology/dsl.hpp>

/// Streams beside predictions of whole windows.
namespace ep = espalier;

namespace streams {

template <class Net, class Scalar>
ep::parameters<Net, Scalar> random_parameters() {
    ep::parameters<Net, Scalar> made = ep::initialize<Net, Scalar>(ep::seed{1});
    ep::random_stream stream(ep::seed{2}, "stream");
    // Biases and statistics of all sizes; variances are positive.
    for (const ep::parameter_tensor& tensor : made.tensors)
        if (tensor.what.name != "weight" && tensor.size > 0)
            for (Scalar& each : made.flat().subspan(tensor.offset, tensor.size))
                each = Scalar(0.5) + Scalar(0.4) * stream.uniform<Scalar>();
    return made;
}

template <std::size_t Channels, std::size_t Length, class Scalar>
xt::xtensor<Scalar, 2> random_window(std::uint64_t from) {
    auto x = xt::xtensor<Scalar, 2>::from_shape({Channels, Length});
    ep::random_stream stream(ep::seed{from}, "window");
    for (Scalar& each : x) each = stream.normal<Scalar>();
    return x;
}

/// The largest difference between the steps' outputs, from the first one with a column on, and the window's.
template <class Stream, class Scalar, class Predicted>
Scalar difference(Stream& live, const xt::xtensor<Scalar, 2>& x, const Predicted& y) {
    Scalar worst = 0;
    for (std::size_t t = 0; t < x.shape(1); ++t) {
        std::array<Scalar, Stream::inputs> column;
        for (std::size_t c = 0; c < Stream::inputs; ++c) column[c] = x(c, t);
        const auto found = live.step(column);
        if (t < Stream::delay) continue;
        for (std::size_t c = 0; c < Stream::outputs; ++c) {
            const Scalar apart = std::abs(found[c] - y(c, t - Stream::delay));
            if (!(apart <= worst)) worst = apart;  // also where it is no number
        }
    }
    return worst;
}

/// Steps give what predict gives for the window; again after a reset.
template <class Net, class Scalar = float>
void check_stream(const ep::parameters<Net, Scalar>& parameters) {
    constexpr ep::extents in = ep::input_shape<Net>;
    ep::stream<Net, Scalar> live(parameters);
    const Scalar tolerance = std::is_same_v<Scalar, double> ? Scalar(1e-12) : Scalar(2e-5);
    for (const std::uint64_t from : {3u, 4u}) {
        const auto x = random_window<in.extent[0], in.extent[1], Scalar>(from);
        CHECK(difference(live, x, ep::predict(parameters, x)) < tolerance);
        live.reset();
    }
}
template <class Net, class Scalar = float>
void check_stream() {
    check_stream<Net, Scalar>(random_parameters<Net, Scalar>());
}

inline constexpr auto stack =
    ep::input<1, 40> >> ep::conv1d<16, 3> >> ep::relu >> ep::conv1d<16, 3> >> ep::tanh >> ep::conv1d<1, 3>;
inline constexpr auto causal = ep::input<2, 37> >> ep::conv1d<6, 3, ep::padding<2, 0>> >> ep::prelu<> >>
                               ep::conv1d<10, 2, ep::padding<4, 0>, ep::dilation<4>, ep::no_bias> >> ep::gelu >>
                               ep::dropout<0.5> >> ep::conv1d<3, 1>;

template <std::size_t Dilation>
inline constexpr auto block = ep::residual(ep::conv1d<8, 3, ep::padding<2 * Dilation, 0>, ep::dilation<Dilation>> >>
                                           ep::tanh >> ep::conv1d<8, 1>);
template <std::size_t Dilation>
inline constexpr auto gate = ep::multiply(ep::conv1d<8, 2, ep::dilation<Dilation>> >> ep::tanh,
                                          ep::conv1d<8, 2, ep::dilation<Dilation>> >> ep::sigmoid);

}  // namespace streams
