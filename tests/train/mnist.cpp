// SPDX-License-Identifier: MIT
// What PyTorch 1.13 reaches on MNIST (tests/reference/training.py), reached here with the same settings. Needs the
// environment variable ESPALIER_DATA: a folder that holds mnist-10k/; skipped without it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <espalier/io/idx.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/trainer.hpp>
#include <filesystem>

namespace ep = espalier;

namespace {

constexpr auto classifier = ep::input<28, 28> >> ep::flatten >> ep::dense<128> >> ep::relu >> ep::dense<10>;
using Classifier = ep::network_t<classifier>;

ep::classification_set<float> load(const std::filesystem::path& folder, const std::string& part) {
    return {ep::io::load_idx<float, 3>(folder / (part + "-images-idx3-ubyte.gz"), {.factor = 1 / 255.0}),
            ep::io::load_labels(folder / (part + "-labels-idx1-ubyte.gz"), 10), 10};
}

}  // namespace

TEST_CASE("784-128-10 on MNIST: within half a point of PyTorch, over five seeds") {
    const char* const data = std::getenv("ESPALIER_DATA");
    if (data == nullptr || !std::filesystem::exists(std::filesystem::path(data) / "mnist-10k")) {
        MESSAGE("SKIPPED: no MNIST here (ESPALIER_DATA names no folder with mnist-10k/)");
        return;
    }
    const auto training = load(std::filesystem::path(data) / "mnist-10k", "train");
    const auto test = load(std::filesystem::path(data) / "mnist-10k", "test");
    const ep::trainer trainer{classifier, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-3}, ep::batch<64>};
    double sum = 0;
    for (const unsigned seed : {0u, 1u, 2u, 3u, 4u}) {
        auto parameters = ep::initialize<Classifier>(ep::seed{seed});
        trainer.fit(parameters, training, {.epochs = 10, .from = ep::seed{seed}, .progress = ep::progress::none});
        const double accuracy = ep::evaluate(parameters, test, ep::softmax_cross_entropy).accuracy;
        MESSAGE("seed ", seed, ": ", 100 * accuracy, " %");
        sum += accuracy;
    }
    constexpr double pytorch = 0.9448;
    MESSAGE("mean of 5 seeds: ", 100 * sum / 5, " %, PyTorch ", 100 * pytorch, " %");
    CHECK(sum / 5 > pytorch - 0.005);
}
