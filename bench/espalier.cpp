// SPDX-License-Identifier: MIT
// This library: the benchmark's networks, and the elementary functions.
#include "espalier.hpp"

#include "convolution.hpp"

#include <map>

namespace bench {
namespace {

constexpr auto a = ep::input<784> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
constexpr auto b = ep::input<784> >> ep::dense<512> >> ep::relu >> ep::dense<256> >> ep::relu >> ep::dense<10>;
constexpr auto c = ep::input<4> >> ep::repeat<2>(ep::dense<32> >> ep::tanh) >> ep::dense<1>;
constexpr auto d_tanh = ep::input<64> >> ep::repeat<3>(ep::dense<64> >> ep::tanh) >> ep::dense<4>;
constexpr auto d_relu = ep::input<64> >> ep::repeat<3>(ep::dense<64> >> ep::relu) >> ep::dense<4>;
constexpr auto e = ep::input<4> >> ep::dense<32> >> ep::tanh >> ep::dense<16> >> ep::tanh >> ep::dense<4>;
constexpr auto control = ep::input<32> >> ep::repeat<2>(ep::dense<64> >> ep::tanh) >> ep::dense<8>;
constexpr auto backgammon = ep::input<250> >> ep::dense<128> >> ep::sigmoid >> ep::dense<5> >> ep::sigmoid;

template <auto Net, std::size_t Batch, class Loss, class Rule>
constexpr auto train = make<espalier_training<ep::network_t<Net>, Batch, Loss, Rule>>;
template <auto Net>
constexpr auto predict = make<espalier_prediction<ep::network_t<Net>>>;

template <function F>
ep::simd<float> evaluate(const ep::simd<float>& x) {
    namespace elementary = ep::expression::elementary;
    if constexpr (F == function::tanh) return elementary::tanh(x);
    if constexpr (F == function::exp) return elementary::exp(x);
    if constexpr (F == function::sigmoid) return elementary::sigmoid(x);
    if constexpr (F == function::gelu)
        return 0.5f * x * (1.0f + elementary::erf(0.70710678118654752440f * x));  // as the layer's expression
}

template <function F>
class espalier_elements final : public runner {
public:
    espalier_elements(const workload&, const problem& data) : x_(data.x), y_(data.x.size()) {}

    float step() override {
        for (std::size_t i = 0; i < x_.size(); i += ep::simd_width<float>)
            ep::store(y_.data() + i, evaluate<F>(ep::load(x_.data() + i)));
        return y_.front();
    }

    std::vector<float> result() override { return y_; }

private:
    const std::vector<float>& x_;
    std::vector<float> y_;
};

const std::map<std::string, decltype(&prepare)> networks = {
    {"mlp-784-128-10-b32-train", train<a, 32, ep::losses::softmax_cross_entropy, ep::sgd>},
    {"mlp-784-128-10-b128-train", train<a, 128, ep::losses::softmax_cross_entropy, ep::sgd>},
    {"mlp-784-512-256-10-b128-train", train<b, 128, ep::losses::softmax_cross_entropy, ep::sgd>},
    {"mlp-4-32-32-1-tanh-b64-train", train<c, 64, ep::losses::mse, ep::sgd>},
    {"mlp-64x4-4-tanh-b256-train", train<d_tanh, 256, ep::losses::softmax_cross_entropy, ep::sgd>},
    {"mlp-64x4-4-relu-b256-train", train<d_relu, 256, ep::losses::softmax_cross_entropy, ep::sgd>},
    {"mlp-4-32-16-4-tanh-b10000-adam-train", train<e, 10'000, ep::losses::mse, ep::adam>},
    {"mlp-784-128-10-b128-adam-train", train<a, 128, ep::losses::softmax_cross_entropy, ep::adam>},
    {"mlp-32-64-64-8-tanh-predict", predict<control>},
    {"mlp-784-128-10-relu-predict", predict<a>},
    {"gnubg-250-128-5-sigmoid-predict", predict<backgammon>},
    {"tanh", make<espalier_elements<function::tanh>>},
    {"exp", make<espalier_elements<function::exp>>},
    {"sigmoid", make<espalier_elements<function::sigmoid>>},
    {"gelu", make<espalier_elements<function::gelu>>},
};

}  // namespace
}  // namespace bench

bench::runner* prepare(const bench::workload& what, const bench::problem& data) {
    if (what.is_on_images()) return bench::prepare_convolution(what, data);
    const auto found = bench::networks.find(what.name);
    return found != bench::networks.end() ? found->second(what, data) : bench::prepare_sweep(what, data);
}
