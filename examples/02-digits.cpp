// SPDX-License-Identifier: MIT
// Handwritten digits: training with a validation part, early stopping, and a look at what is mistaken for what.
#include <cstdio>
#include <filesystem>

#include <espalier/espalier.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>

namespace ep = espalier;

constexpr auto digits =
    ep::input<8, 8> >> ep::flatten >> ep::dense<96> >> ep::gelu >> ep::dense<48> >> ep::gelu >> ep::dense<10>;
using Digits = ep::network_t<digits>;

ep::classification_set<float> load(const std::filesystem::path& folder, const std::string& part) {
    const auto images = ep::io::load_npy<float, 3>(folder / ("digits-" + part + "-images.npy"));
    const auto labels = ep::io::load_labels(folder / ("digits-" + part + "-labels.npy"), 10);
    return {images / 16.0f, labels, 10};  // pixels are 0 to 16
}

int main(int count, char** arguments) {
    const std::filesystem::path folder = count > 1 ? arguments[1] : ESPALIER_EXAMPLES "/data";
    const auto [training, validation] = load(folder, "train").split(0.8, ep::seed{1});
    const auto test = load(folder, "test");

    auto parameters = ep::initialize<Digits>(ep::seed{42});
    const ep::trainer trainer{digits, ep::softmax_cross_entropy, ep::adamw{.learning_rate = 3e-3}, ep::batch<64>};
    const auto history = trainer.fit(parameters, training,
                                     {.epochs = 100,
                                      .validation = validation,
                                      .early_stopping = {{.patience = 8}},
                                      .progress = ep::progress::lines});
    std::printf("best epoch %zu\n", history.best_epoch);

    // What each digit of the test set is taken for.
    const auto scores = ep::predict_rows(parameters, test.inputs());
    int taken_for[10][10] = {};
    for (std::size_t row = 0; row < test.rows(); ++row) {
        const float* const first = &scores(row, 0);
        ++taken_for[test.targets()(row)][std::max_element(first, first + 10) - first];
    }
    std::puts("digit  taken for 0    1    2    3    4    5    6    7    8    9");
    for (int digit = 0; digit < 10; ++digit) {
        std::printf("%5d           ", digit);
        for (const int times : taken_for[digit]) std::printf("%5d", times);
        std::puts("");
    }
    const double accuracy = ep::evaluate(parameters, test, ep::softmax_cross_entropy).accuracy;
    std::printf("test accuracy %.2f %%\n", 100 * accuracy);
    return accuracy > 0.94 ? 0 : 1;
}
