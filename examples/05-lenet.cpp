// SPDX-License-Identifier: MIT
// Convolutions: LeNet-5 (LeCun 1998, with relu, max pools and dropout) on MNIST, if the environment variable
// ESPALIER_DATA names a folder that holds mnist-10k/; else a small network on the 8x8 digits in examples/data.
// ESPALIER_QUICK=1 trains for a few epochs only.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <espalier/espalier.hpp>
#include <espalier/io/idx.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>

namespace ep = espalier;

constexpr auto lenet = ep::input<1, 28, 28> >> ep::conv2d<6, 5> >> ep::relu >> ep::max_pool<2> >> ep::conv2d<16, 5> >>
                       ep::relu >> ep::max_pool<2> >> ep::flatten >> ep::dropout<0.2> >> ep::dense<120> >> ep::relu >>
                       ep::dropout<0.2> >> ep::dense<84> >> ep::relu >> ep::dense<10>;
constexpr auto small = ep::input<1, 8, 8> >> ep::conv2d<16, 3, ep::same> >> ep::relu >> ep::conv2d<32, 3, ep::same> >>
                       ep::relu >> ep::max_pool<2> >> ep::dropout<0.25> >> ep::flatten >> ep::dense<64> >> ep::relu >>
                       ep::dropout<0.5> >> ep::dense<10>;

using Digits = ep::classification_set<float>;

/// Copies of each image, moved by up to `most` pixels: a digit stays what it is.
Digits load_mnist(const std::filesystem::path& folder, const std::string& part, int most = 0) {
    const auto images = ep::io::load_idx<float, 3>(folder / (part + "-images-idx3-ubyte.gz"), {.factor = 1 / 255.0});
    const auto labels = ep::io::load_labels(folder / (part + "-labels-idx1-ubyte.gz"), 10);
    const std::size_t rows = images.shape(0), side = static_cast<std::size_t>(2 * most + 1), copies = side * side;
    xt::xtensor<float, 3> moved = xt::zeros<float>({copies * rows, std::size_t{28}, std::size_t{28}});
    auto classes = xt::xtensor<int, 1>::from_shape({copies * rows});
    for (std::size_t copy = 0; copy < copies; ++copy) {
        const int down = static_cast<int>(copy / side) - most, right = static_cast<int>(copy % side) - most;
        for (std::size_t row = 0; row < rows; ++row) {
            classes(copy * rows + row) = static_cast<int>(labels(row));
            for (int y = std::max(down, 0); y < 28 + std::min(down, 0); ++y)
                for (int x = std::max(right, 0); x < 28 + std::min(right, 0); ++x)
                    moved(copy * rows + row, y, x) = images(row, y - down, x - right);
        }
    }
    return {moved, classes, 10};
}

Digits load_digits(const std::filesystem::path& folder, const std::string& part) {
    const auto images = ep::io::load_npy<float, 3>(folder / ("digits-" + part + "-images.npy"));
    return {images / 16.0f, ep::io::load_labels(folder / ("digits-" + part + "-labels.npy"), 10), 10};
}

/// Trains on one part, and returns the share of the other that it then recognises.
template <auto Network>
double train(const Digits& training, const Digits& test, std::size_t epochs, double learning_rate) {
    using net = ep::network_t<Network>;
    std::puts(ep::describe<net, 64>().c_str());
    auto parameters = ep::initialize<net>(ep::seed{42});
    const std::size_t steps = epochs * ((training.rows() + 63) / 64);
    const ep::trainer trainer{Network, ep::softmax_cross_entropy, ep::adam{.learning_rate = learning_rate},
                              ep::batch<64>, ep::schedules::cosine{.steps = steps}};
    trainer.fit(parameters, training, {.epochs = epochs, .progress = ep::progress::lines});
    return ep::evaluate(parameters, test, ep::softmax_cross_entropy).accuracy;
}

int main(int count, char** arguments) {
    const bool is_quick = std::getenv("ESPALIER_QUICK") != nullptr;
    const char* const data = std::getenv("ESPALIER_DATA");
    const std::filesystem::path mnist = std::filesystem::path(data != nullptr ? data : ".") / "mnist-10k";
    double accuracy = 0, expected = 0;
    if (std::filesystem::exists(mnist)) {
        expected = is_quick ? 0.95 : 0.985;
        accuracy = train<lenet>(load_mnist(mnist, "train", is_quick ? 0 : 1), load_mnist(mnist, "test"),
                                is_quick ? 6 : 15, 2e-3);
    } else {
        const std::filesystem::path folder = count > 1 ? arguments[1] : ESPALIER_EXAMPLES "/data";
        expected = is_quick ? 0.95 : 0.98;
        accuracy = train<small>(load_digits(folder, "train"), load_digits(folder, "test"), is_quick ? 12 : 60, 3e-3);
    }
    std::printf("test accuracy %.2f %%\n", 100 * accuracy);
    return accuracy > expected ? 0 : 1;
}
