// SPDX-License-Identifier: MIT
#include <espalier/run/stream.hpp>

#include <doctest/doctest.h>
#include <espalier/run/fold.hpp>

#include "streams.hpp"

using namespace streams;

namespace {

/// A layer of a user's own: y_t = p x_t + y_{t−1} / 2 for each channel, y_{−1} = 0.
struct decay {
    static constexpr std::string_view kind = "decay";
    static constexpr ep::layer::reads parameter_gradient_reads{}, input_gradient_reads{};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters(const ep::extents& input) {
        ep::extents channels;
        channels.rank = 1;
        channels.extent[0] = input.extent[0];
        return std::array{ep::layer::parameter{"gain", channels}};
    }
    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar> p, ep::layer::outputs<Scalar> y) {
        for (std::size_t c = 0; c < Input.extent[0]; ++c) {
            ep::simd<Scalar> last(Scalar{0});
            for (std::size_t t = 0; t < Input.extent[1]; ++t) {
                const std::size_t i = c * Input.extent[1] + t;
                last = ep::simd<Scalar>(p(0, c)) * x[i] + ep::simd<Scalar>(Scalar(0.5)) * last;
                y[i] = last;
            }
        }
    }
    // Never called here.
    template <ep::extents, class Scalar>
    static void input_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                               ep::layer::weights<Scalar>, ep::layer::outputs<Scalar>) {}
    template <ep::extents, class Scalar>
    static void parameter_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                                   ep::layer::features<Scalar>, ep::layer::weights<Scalar>, ep::layer::sums<Scalar>) {}

    struct when_streamed;
};
/// Keeps the gains, [channels], and y.
struct decay::when_streamed : decay {
    static constexpr bool whole_batch = true;
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    template <ep::extents Input, class Scalar>
    static constexpr std::size_t stream_bytes() {
        return 2 * Input.size() * sizeof(Scalar);
    }
    template <ep::extents Input, class Scalar>
    static void prepare_stream(const Scalar* const* p, std::byte* kept) {
        std::copy_n(p[0], Input.size(), reinterpret_cast<Scalar*>(kept));
    }
    template <ep::extents Input, class Scalar>
    static void reset_stream(const Scalar* const*, std::byte* kept) {
        std::fill_n(reinterpret_cast<Scalar*>(kept) + Input.size(), Input.size(), Scalar{});
    }
    template <ep::extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const*, const Scalar* x, ep::layer::batch_memory memory,
                               Epilogue& epilogue) {
        constexpr std::size_t width = ep::simd_width<Scalar>;
        const Scalar* const gain = reinterpret_cast<const Scalar*>(memory.kept);
        Scalar* const last = reinterpret_cast<Scalar*>(memory.kept) + Input.size();
        for (std::size_t first = 0; first < Input.size(); first += width) {
            alignas(ep::alignment) Scalar lanes[width] = {};
            for (std::size_t i = first; i < std::min(first + width, Input.size()); ++i)
                lanes[i - first] = last[i] = gain[i] * x[i] + Scalar(0.5) * last[i];
            epilogue(first, ep::load(lanes));
        }
    }
};

}  // namespace

TEST_CASE_TEMPLATE("branches, dilations, groups, channels on their own", Scalar, float, double) {
    check_stream<ep::network_t<(ep::input<3, 50> >> ep::conv1d<8, 1> >> block<1> >> block<2> >> ep::relu >> block<7> >>
                                ep::conv1d<2, 1>)>,
                 Scalar>();
    using gated = ep::network_t<(ep::input<1, 33> >> gate<1> >> gate<3> >>
                                 ep::concat(ep::conv1d<5, 1>, ep::identity, ep::conv1d<4, 1> >> ep::silu) >>
                                 ep::conv1d<9, 1> >> ep::softmax<>)>;
    static_assert(ep::stream<gated, Scalar>::delay == 4);
    check_stream<gated, Scalar>();
    check_stream<ep::network_t<(ep::input<12, 30> >> ep::depthwise_conv1d<5> >> ep::relu >>
                                ep::conv1d<12, 2, ep::groups<3>> >> ep::conv1d<20, 3, ep::groups<2>, ep::dilation<2>>)>,
                 Scalar>();
}

TEST_CASE("batch_norm by its running statistics, and folded") {
    using net = ep::network_t<(ep::input<2, 20> >> ep::conv1d<9, 3, ep::no_bias> >> ep::batch_norm<> >> ep::relu >>
                               ep::frozen(ep::batch_norm<ep::no_affine>) >> ep::conv1d<3, 2> >> ep::batch_norm<>)>;
    const auto parameters = random_parameters<net, float>();
    check_stream<net>(parameters);
    check_stream(ep::fold_batch_norm(parameters));
}

TEST_CASE("a layer of one's own that keeps something") {
    constexpr decay own;
    check_stream<ep::network_t<(ep::input<2, 20> >> own >> ep::conv1d<20, 1> >> ep::tanh >> own >> ep::relu)>>();
    // Behind a delay, and beside itself.
    using behind = ep::network_t<(ep::input<3, 20> >> ep::conv1d<5, 4> >> own >> ep::tanh >> ep::residual(own))>;
    static_assert(ep::stream<behind>::delay == 3);
    check_stream<behind>();
    check_stream<behind, double>();
}

TEST_CASE("what is no convolution, at the input and alone") {
    check_stream<ep::network_t<(ep::input<3, 12> >> ep::tanh >> ep::conv1d<4, 3>)>>();
    check_stream<ep::network_t<(ep::input<3, 12> >> ep::batch_norm<> >> ep::relu >> ep::conv1d<4, 3>)>>();
    check_stream<
        ep::network_t<(ep::input<3, 12> >> ep::residual(ep::conv1d<3, 3, ep::padding<2, 0>>) >> ep::conv1d<4, 3>)>>();
    using alone = ep::network_t<(ep::input<3, 12> >> ep::prelu<> >> ep::batch_norm<> >> ep::softmax<>)>;
    static_assert(ep::stream<alone>::bytes == 0);
    check_stream<alone>();
    using gain = ep::network_t<(ep::input<19, 12> >> ep::tanh)>;
    static_assert(ep::stream<gain>::bytes == 0);
    check_stream<gain>();
}

TEST_CASE("frozen, nested and repeated convolutions") {
    constexpr auto filter = ep::conv1d<4, 3, ep::padding<2, 0>> >> ep::tanh;
    check_stream<ep::network_t<(ep::input<2, 24> >> ep::frozen(ep::conv1d<4, 2>) >> ep::relu >>
                                ep::frozen(filter >> ep::batch_norm<>) >> ep::conv1d<2, 1>)>>();
    using nested = ep::network_t<(ep::input<2, 24> >> ep::conv1d<4, 2> >> ep::repeat<3>(ep::residual(filter)) >>
                                  (ep::conv1d<3, 2> >> (ep::relu >> ep::conv1d<2, 2>)))>;
    static_assert(ep::stream<nested>::delay == 3);
    check_stream<nested>();
}
