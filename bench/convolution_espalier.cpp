// SPDX-License-Identifier: MIT
// This library on images.
#include <map>

#include "convolution.hpp"
#include "espalier.hpp"

namespace bench {
namespace {

constexpr auto lenet = ep::input<1, 28, 28> >> ep::conv2d<6, 5> >> ep::relu >> ep::max_pool<2> >> ep::conv2d<16, 5> >>
                       ep::relu >> ep::max_pool<2> >> ep::flatten >> ep::dense<120> >> ep::relu >> ep::dense<84> >>
                       ep::relu >> ep::dense<10>;
template <int C>
constexpr auto two = ep::input<std::size_t{C}, 16, 16> >> ep::conv2d<std::size_t{C}, 3, ep::same> >> ep::relu >>
                     ep::conv2d<std::size_t{C}, 3, ep::same> >> ep::flatten;
constexpr auto signal = ep::input<1, 512> >> ep::conv1d<16, 3, ep::same> >> ep::relu >> ep::conv1d<16, 3, ep::same> >>
                        ep::relu >> ep::conv1d<16, 3, ep::same> >> ep::relu >> ep::conv1d<1, 3, ep::same>;
constexpr auto wide = ep::input<64, 512> >> ep::conv1d<64, 15, ep::same>;
constexpr auto live_signal = ep::input<1, 512> >> ep::conv1d<16, 3> >> ep::relu >> ep::conv1d<16, 3> >> ep::relu >>
                             ep::conv1d<16, 3> >> ep::relu >> ep::conv1d<1, 3>;
constexpr auto live_wide = ep::input<64, 512> >> ep::conv1d<64, 15>;

template <std::size_t Channels, auto... Options>
constexpr auto normalised = ep::conv2d<Channels, Options..., ep::no_bias> >> ep::batch_norm<>;
template <std::size_t Channels>
constexpr auto halving = ep::residual(
    normalised<Channels, 3, ep::stride<2>, ep::padding<1>> >> ep::relu >> normalised<Channels, 3, ep::same>,
    normalised<Channels, 1, ep::stride<2>>);
constexpr auto resnet = ep::input<3, 32, 32> >> normalised<16, 3, ep::same> >> ep::relu >>
                        ep::residual(normalised<16, 3, ep::same> >> ep::relu >> normalised<16, 3, ep::same>) >> ep::relu
                        >> halving<32> >> ep::relu >> halving<64> >> ep::relu >> ep::global_average_pool
                        >> ep::dense<10>;

template <auto Net, std::size_t Batch, class Loss>
constexpr auto train = make<espalier_training<ep::network_t<Net>, Batch, Loss, ep::sgd>>;

/// One time step after the other, of the same x.
template <ep::Network Net>
class steps final : public runner {
    using stream = ep::stream<Net>;

public:
    steps(const workload&, const problem& data) : stream_(copied(data, parameters_)) {
        std::copy_n(data.x.begin(), stream::inputs, x_.begin());
    }
    float step() override {
        y_ = stream_.step(x_);
        return y_.front();
    }
    std::vector<float> result() override { return {y_.begin(), y_.end()}; }

private:
    static const ep::parameters<Net>& copied(const problem& data, ep::parameters<Net>& to) {
        copy_in(data, to);
        return to;
    }

    ep::parameters<Net> parameters_;
    stream stream_;
    std::array<float, stream::inputs> x_;
    std::array<float, stream::outputs> y_{};
};

template <auto Net>
constexpr auto step_by_step = make<steps<ep::network_t<Net>>>;
template <auto Net>
constexpr auto predict = make<espalier_prediction<ep::network_t<Net>>>;

const std::map<std::string, decltype(&prepare)> networks = {
    {"lenet5-b32-train", train<lenet, 32, ep::losses::softmax_cross_entropy>},
    {"lenet5-b128-train", train<lenet, 128, ep::losses::softmax_cross_entropy>},
    {"resnet8-16ch-32x32-b32-train", train<resnet, 32, ep::losses::softmax_cross_entropy>},
    {"lenet5-predict", predict<lenet>},
    {"conv3x3-1-1-16x16-b32-train", train<two<1>, 32, ep::losses::mse>},
    {"conv3x3-3-3-16x16-b32-train", train<two<3>, 32, ep::losses::mse>},
    {"conv3x3-6-6-16x16-b32-train", train<two<6>, 32, ep::losses::mse>},
    {"conv3x3-8-8-16x16-b32-train", train<two<8>, 32, ep::losses::mse>},
    {"conv3x3-16-16-16x16-b32-train", train<two<16>, 32, ep::losses::mse>},
    {"conv3x3-17-17-16x16-b32-train", train<two<17>, 32, ep::losses::mse>},
    {"conv3x3-32-32-16x16-b32-train", train<two<32>, 32, ep::losses::mse>},
    {"conv3x3-33-33-16x16-b32-train", train<two<33>, 32, ep::losses::mse>},
    {"conv3x3-64-64-16x16-b32-train", train<two<64>, 32, ep::losses::mse>},
    {"conv1d-stack-1-16-16-16-1-k3-predict", predict<signal>},
    {"conv1d-64-64-k15-predict", predict<wide>},
    {"conv1d-stack-1-16-16-16-1-k3-stream", step_by_step<live_signal>},
    {"conv1d-64-64-k15-stream", step_by_step<live_wide>},
};

}  // namespace

runner* prepare_convolution(const workload& of, const problem& data) {
    const auto found = networks.find(of.name);
    return found != networks.end() ? found->second(of, data) : nullptr;
}

}  // namespace bench
