// SPDX-License-Identifier: MIT
// Trains a classifier on the handwritten digits of examples/data and says how good and how fast it is.
// Usage: quickstart <folder of the digits> <history.csv>; sh examples/quickstart.sh calls it so.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <espalier/espalier.hpp>
#include <espalier/io/history.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>
#include <espalier/kernel/peak.hpp>

namespace ep = espalier;

constexpr auto digits =
    ep::input<8, 8> >> ep::flatten >> ep::dense<128> >> ep::relu >> ep::dropout<0.3> >> ep::dense<10>;
using Digits = ep::network_t<digits>;
constexpr std::size_t batch = 32;

ep::classification_set<float> load(const std::filesystem::path& folder, const std::string& part) {
    auto images = ep::io::load_npy<float, 3>(folder / ("digits-" + part + "-images.npy"));
    images /= 16.0f;  // pixels are 0 to 16
    return {images, ep::io::load_labels(folder / ("digits-" + part + "-labels.npy"), 10), 10};
}

/// The fastest of many runs, in microseconds: what the machine can do when nothing disturbs it.
template <class Function>
double fastest(int runs, Function&& run) {
    double best = 1e300;
    for (int i = 0; i < runs; ++i) {
        const auto start = std::chrono::steady_clock::now();
        run();
        best =
            std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

int main(int count, char** arguments) try {
    const std::filesystem::path folder = count > 1 ? arguments[1] : ESPALIER_EXAMPLES "/data";
    const std::filesystem::path history_file = count > 2 ? arguments[2] : "loss.csv";

    std::puts(ep::describe<Digits, batch>().c_str());

    // The settings were chosen on the validation part; the test set is looked at once, below.
    const auto [training, validation] = load(folder, "train").split(0.85, ep::seed{1});
    const auto test = load(folder, "test");

    const bool quick = std::getenv("ESPALIER_QUICK") != nullptr;  // set in the tests
    const std::size_t epochs = quick ? 15 : 100;
    const int runs = quick ? 20 : 2000;
    const std::size_t steps = epochs * ((training.rows() + batch - 1) / batch);
    const ep::trainer trainer{digits, ep::losses::softmax_cross_entropy{.label_smoothing = 0.1},
                              ep::adam{.learning_rate = 3e-3}, ep::batch<batch>, ep::schedules::cosine{.steps = steps}};
    auto parameters = ep::initialize<Digits>(ep::seed{42});
    std::printf("Training on %zu digits for %zu epochs\n", training.rows(), epochs);
    const auto history = trainer.fit(parameters, training, {.epochs = epochs, .validation = validation});
    ep::io::save_csv(history_file, history);

    const double accuracy = ep::evaluate(parameters, test, ep::softmax_cross_entropy).accuracy;
    std::printf("\nTest accuracy: %.2f %% of %zu digits that it has not seen\n", 100 * accuracy, test.rows());

    // One training step, without the update, and one prediction.
    ep::workspace<Digits, batch> memory;
    ep::gradients<Digits> gradient;
    const std::span x(training.inputs().data(), batch * ep::input_size<Digits>);
    const std::span y(training.targets().data(), batch);
    ep::adam rule;
    ep::optimizer_state<Digits, ep::adam> state;
    auto copy = parameters;
    const double step = fastest(runs, [&] {
        ep::value_and_gradient(copy, x, y, ep::softmax_cross_entropy, gradient, memory,
                               ep::coins{ep::seed{1}, state.steps()});
        state.step(rule, copy, gradient);
    });
    const double flops = batch * static_cast<double>(ep::forward_flops<Digits> + ep::backward_flops<Digits>);
    const double peak = ep::kernel::fma_peak<float>();
    std::printf("One training step on %zu digits: %.2f us, %.0f %% of this core's FMA peak (%.0f GFLOP/s)\n", batch,
                step, 100 * flops / (step * 1e3 * peak), peak);

    xt::xtensor_fixed<float, xt::xshape<8, 8>> image;
    std::copy_n(test.inputs().data(), image.size(), image.data());
    double largest = 0;  // used below, so that no prediction is optimised away
    const double latency = fastest(runs, [&] {
        for (int i = 0; i < 100; ++i) largest += static_cast<double>(ep::predict(parameters, image)(0));
    });
    std::printf("One prediction: %.0f ns\n", 10 * latency);
    return accuracy >= (quick ? 0.94 : 0.97) && largest != 0 ? 0 : 1;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "quickstart: %s\n", problem.what());
    return 1;
}
