// SPDX-License-Identifier: MIT
// A small residual network with batch_norm on handwritten digits of 8x8 pixels, and the same network folded: for
// deployment each batch_norm disappears in the convolution before it. ESPALIER_QUICK=1 trains for fewer epochs.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <espalier/espalier.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>

namespace ep = espalier;

namespace {

template <std::size_t Channels, auto... Options>
constexpr auto convolution = ep::conv2d<Channels, Options..., ep::no_bias> >> ep::batch_norm<>;

constexpr auto same_size = ep::residual(convolution<16, 3, ep::same> >> ep::relu >> convolution<16, 3, ep::same>);
constexpr auto half_size = ep::residual(
    convolution<32, 3, ep::stride<2>, ep::padding<1>> >> ep::relu >> convolution<32, 3, ep::same>,  // the block
    convolution<32, 1, ep::stride<2>>);                                                             // its projection

constexpr auto digits = ep::input<1, 8, 8> >> convolution<16, 3, ep::same> >> ep::relu >>  //
                        same_size >> ep::relu >> half_size >> ep::relu >>                  //
                        ep::global_average_pool >> ep::dense<10>;
using Digits = ep::network_t<digits>;

ep::classification_set<float> load(const std::filesystem::path& folder, const std::string& part) {
    const auto images = ep::io::load_npy<float, 3>(folder / ("digits-" + part + "-images.npy"));
    const auto labels = ep::io::load_labels(folder / ("digits-" + part + "-labels.npy"), 10);
    return {images / 16.0f, labels, 10};  // pixels are 0 to 16
}

}  // namespace

int main(int count, char** arguments) {
    const bool quick = std::getenv("ESPALIER_QUICK") != nullptr;
    const std::filesystem::path folder = count > 1 ? arguments[1] : ESPALIER_EXAMPLES "/data";
    const auto training = load(folder, "train"), test = load(folder, "test");
    const std::size_t epochs = quick ? 6 : 30, steps = (training.rows() + 63) / 64;

    auto parameters = ep::initialize<Digits>(ep::seed{42});
    std::printf("%zu parameters, %zu KB to train on batches of 64\n", ep::parameter_count<Digits>,
                ep::plan<Digits, 64>::bytes / 1024);
    const ep::trainer trainer{digits, ep::softmax_cross_entropy, ep::adamw{.learning_rate = 5e-3}, ep::batch<64>,
                              ep::schedules::cosine{.steps = epochs * steps}};
    trainer.fit(parameters, training, {.epochs = epochs, .validation = test, .progress = ep::progress::lines});
    const double accuracy = ep::evaluate(parameters, test, ep::softmax_cross_entropy).accuracy;

    const auto folded = ep::fold_batch_norm(parameters);
    const auto scores = ep::predict_rows(parameters, test.inputs());
    const auto folded_scores = ep::predict_rows(folded, test.inputs());
    float apart = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        apart = std::max(apart, std::abs(scores.data()[i] - folded_scores.data()[i]));
    std::printf("folded: %zu stages instead of %zu, scores at most %.1e apart\n",
                ep::stage_count<ep::folded_network<Digits>>, ep::stage_count<Digits>, static_cast<double>(apart));
    std::printf("test accuracy %.2f %%\n", 100 * accuracy);
    return accuracy > (quick ? 0.95 : 0.98) && apart < 1e-3f ? 0 : 1;
}
