// SPDX-License-Identifier: MIT
#include "small.hpp"

#include <espalier/define.hpp>

ESPALIER_DEFINE(small::Net, espalier::losses::softmax_cross_entropy, 32, espalier::adam);
ESPALIER_DEFINE(small::Net, espalier::losses::mse, 16);

namespace small::directly {

namespace {

std::vector<float> copy_of(std::span<const float> values) { return {values.begin(), values.end()}; }

template <std::size_t Batch, class Loss, class Target>
outcome step(const ep::parameters<Net>& at, const std::vector<float>& x, const std::vector<Target>& y,
             const Loss& loss) {
    ep::gradients<Net> gradient;
    ep::workspace<Net, Batch> memory;
    const float value = ep::value_and_gradient(at, std::span(x), std::span(y), loss, gradient, memory);
    return {value, copy_of(gradient.flat())};
}

}  // namespace

std::vector<float> initialize(ep::seed from) { return copy_of(ep::initialize<Net>(from).flat()); }

std::vector<float> predict(const ep::parameters<Net>& at, const std::vector<float>& x) {
    const auto y = ep::predict_rows(at, std::span(x));
    return {y.begin(), y.end()};
}

outcome value_and_gradient(const ep::parameters<Net>& at, const std::vector<float>& x,
                           const std::vector<std::int32_t>& labels) {
    return step<32>(at, x, labels, ep::softmax_cross_entropy);
}
outcome value_and_gradient(const ep::parameters<Net>& at, const std::vector<float>& x,
                           const std::vector<float>& values) {
    return step<16>(at, x, values, ep::mse);
}

double fit(ep::parameters<Net>& at, const std::vector<float>& x, const std::vector<std::int32_t>& labels,
           const ep::adam& rule, std::size_t epochs) {
    const std::size_t rows = labels.size();
    const ep::dataset set(xt::adapt(x, std::array<std::size_t, 2>{rows, 6}),
                          xt::adapt(labels, std::array<std::size_t, 1>{rows}), 3);
    const ep::trainer trainer{net, ep::softmax_cross_entropy, rule, ep::batch<32>};
    return trainer.fit(at, set, {.epochs = epochs, .from = ep::seed{5}, .progress = ep::progress::none})
        .epochs.back()
        .training_loss;
}

}  // namespace small::directly
