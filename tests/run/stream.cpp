// SPDX-License-Identifier: MIT
#include <espalier/run/stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/run/fold.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>

namespace ep = espalier;

namespace {

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

constexpr auto stack =
    ep::input<1, 40> >> ep::conv1d<16, 3> >> ep::relu >> ep::conv1d<16, 3> >> ep::tanh >> ep::conv1d<1, 3>;
constexpr auto causal = ep::input<2, 37> >> ep::conv1d<6, 3, ep::padding<2, 0>> >> ep::prelu<> >>
                        ep::conv1d<10, 2, ep::padding<4, 0>, ep::dilation<4>, ep::no_bias> >> ep::gelu >>
                        ep::dropout<0.5> >> ep::conv1d<3, 1>;

template <std::size_t Dilation>
constexpr auto block = ep::residual(ep::conv1d<8, 3, ep::padding<2 * Dilation, 0>, ep::dilation<Dilation>> >>
                                    ep::tanh >> ep::conv1d<8, 1>);
template <std::size_t Dilation>
constexpr auto gate = ep::multiply(ep::conv1d<8, 2, ep::dilation<Dilation>> >> ep::tanh,
                                   ep::conv1d<8, 2, ep::dilation<Dilation>> >> ep::sigmoid);

}  // namespace

TEST_CASE_TEMPLATE("convolutions without padding are behind by their windows", Scalar, float, double) {
    using net = ep::network_t<stack>;
    static_assert(ep::stream<net, Scalar>::delay == 6);
    static_assert(ep::stream<net, Scalar>::inputs == 1 && ep::stream<net, Scalar>::outputs == 1);
    check_stream<net, Scalar>();
}

TEST_CASE_TEMPLATE("with padding before they are not, from the first step on", Scalar, float, double) {
    using net = ep::network_t<causal>;
    static_assert(ep::stream<net, Scalar>::delay == 0);
    check_stream<net, Scalar>();
}

TEST_CASE_TEMPLATE("padding is zeros, not what layers without padding give before their first column", Scalar, float,
                   double) {
    using behind = ep::network_t<(ep::input<2, 30> >> ep::conv1d<5, 4> >> ep::tanh >>
                                  ep::conv1d<4, 3, ep::padding<2, 0>> >> ep::relu >> ep::conv1d<3, 2> >>
                                  ep::conv1d<4, 3, ep::padding<6, 0>, ep::dilation<3>> >> ep::conv1d<2, 1>)>;
    static_assert(ep::stream<behind, Scalar>::delay == 4);
    check_stream<behind, Scalar>();
    check_stream<
        ep::network_t<(ep::input<1, 30> >> ep::conv1d<8, 3> >> block<2> >> ep::conv1d<8, 3> >>
                       ep::residual(block<1> >> ep::depthwise_conv1d<3, ep::padding<2, 0>>) >> ep::conv1d<1, 1>)>,
        Scalar>();
}

TEST_CASE("padding of a part of what the kernel reads before") {
    using part = ep::network_t<(ep::input<2, 30> >> ep::conv1d<5, 4, ep::padding<1, 0>> >> ep::tanh >>
                                ep::conv1d<3, 3, ep::padding<3, 0>, ep::dilation<2>> >> ep::conv1d<2, 2>)>;
    static_assert(ep::stream<part>::delay == 4);
    check_stream<part>();
}

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

TEST_CASE("the length of the window, and where memory lies, are of no meaning to the steps") {
    using longer = ep::network_t<(ep::input<1, 500> >> ep::conv1d<4, 3> >> ep::tanh >> ep::conv1d<1, 3>)>;
    using shorter = ep::network_t<(ep::input<1, 9> >> ep::conv1d<4, 3> >> ep::tanh >> ep::conv1d<1, 3>)>;
    const auto parameters = random_parameters<longer, float>();
    ep::stream live(parameters);
    using placed = ep::stream<shorter, float, ep::storage::in_place<std::byte, ep::stream<shorter>::bytes>>;
    placed second(parameters.data());
    placed copied = second;
    for (std::size_t t = 0; t < 20; ++t) {
        const float x = std::sin(static_cast<float>(t));
        const float y = live.step(x);
        CHECK(y == second.step(x));
        if (t == 10) copied = second;  // a copy goes on from there
        if (t > 10) CHECK(y == copied.step(x));
    }
}

TEST_CASE("an input is forgotten after as many steps as the windows are long") {
    using net = ep::network_t<stack>;
    const auto parameters = random_parameters<net, float>();
    ep::stream live(parameters), other(parameters);
    float before = 0, last = 0;
    for (std::size_t t = 0; t < 12; ++t) {
        const float x = std::cos(static_cast<float>(t));
        before = live.step(t == 5 ? 7.0f : x);
        last = other.step(x);
        if (t == 11) CHECK(before != last);  // the seventh step from there
    }
    CHECK(live.step(1.0f) == doctest::Approx(other.step(1.0f)).epsilon(1e-5));
}

TEST_CASE("after a reset steps go by the parameters as they are then") {
    using net = ep::network_t<(ep::input<2, 20> >> ep::conv1d<4, 3> >> ep::tanh >> ep::depthwise_conv1d<3> >>
                               ep::conv1d<2, 2, ep::groups<2>>)>;
    auto parameters = random_parameters<net, float>();
    ep::stream live(parameters);
    const auto x = random_window<2, 20, float>(5);
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
    for (float& each : parameters.flat()) each = 0.3f - 0.7f * each;
    live.reset();
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
}

TEST_CASE("what is kept may lie in the caller's memory") {
    using net = ep::network_t<causal>;
    constexpr std::size_t bytes = ep::stream<net>::bytes;
    const auto parameters = random_parameters<net, float>();
    alignas(ep::alignment) std::byte memory[bytes];
    std::fill_n(memory, bytes, std::byte{255});
    using storage = ep::storage::view<std::byte, bytes>;
    ep::stream<net, float, storage> live(parameters.data(), storage(memory));
    const auto x = random_window<2, 37, float>(6);
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
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
