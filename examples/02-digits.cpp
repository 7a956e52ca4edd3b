// SPDX-License-Identifier: MIT
#include <espalier/espalier.hpp>
#include <espalier/io/npy.hpp>
#include <iostream>

namespace ep = espalier;

constexpr auto digits = ep::input<8, 8> >> ep::flatten >> ep::dense<128> >> ep::relu >> ep::dense<10>;
using Digits = ep::network_t<digits>;

int main(int count, char** arguments) {
    const std::string folder = count > 1 ? arguments[1] : ESPALIER_EXAMPLES "/data";
    const auto images = ep::io::load_npy<float, 3>(folder + "/digits-train-images.npy");
    const auto labels = ep::io::load_npy<int, 1>(folder + "/digits-train-labels.npy");
    const auto [training, validation] = ep::dataset(images / 16.0f, labels, 10).split(0.8, ep::seed{1});

    auto parameters = ep::initialize<Digits>(ep::seed{42});
    const ep::trainer trainer{digits, ep::softmax_cross_entropy, ep::adam{.learning_rate = 3e-3}, ep::batch<64>};
    trainer.fit(parameters, training, {.epochs = 30, .validation = validation});

    const auto found = ep::evaluate(parameters, validation, ep::softmax_cross_entropy);
    std::cout << "accuracy " << found.accuracy << ", loss " << found.loss << '\n';
    std::cout << "scores of the first digit: " << ep::predict(parameters, xt::eval(xt::view(images / 16.0f, 0)))(0) << " …\n";
}
