// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/io/npy.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/trainer.hpp>
#include <limits>

#include "../folders.hpp"

namespace {

namespace ep = espalier;

constexpr auto network = ep::input<6> >> ep::dense<5, ep::no_bias> >> ep::batch_norm<> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<network>;
using parameters = ep::parameters<Net, double>;
constexpr std::size_t rows = 11, epochs = 3;

// tests/reference/batch_norm.py: x, then the tensors at the start and after each epoch, then predictions.
class reference {
public:
    xt::xtensor<double, 2> x = xt::xtensor<double, 2>::from_shape({rows, 6});
    xt::xtensor<int, 1> labels = xt::xtensor<int, 1>::from_shape({rows});
    std::array<parameters, epochs + 1> after;  ///< 0, 1, … epochs
    std::vector<double> predictions;

    reference() {
        take(x.data(), x.size());
        for (std::size_t row = 0; row < rows; ++row) labels(row) = static_cast<int>(row * 2 % 3);
        for (parameters& each : after)
            for (const bool state : {false, true})
                for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i)
                    if (const auto& tensor = parameters::tensors[i]; tensor.what.is_state == state)
                        take(each.data() + tensor.offset, tensor.size);
        predictions.resize(rows * 3);
        take(predictions.data(), predictions.size());
        REQUIRE(at_ == values_.size());
    }

private:
    void take(double* to, std::size_t count) {
        REQUIRE(at_ + count <= values_.size());
        std::copy_n(values_.data() + at_, count, to);
        at_ += count;
    }
    xt::xtensor<double, 1> values_ = ep::io::load_npy<double, 1>(in_tests("reference/batch_norm_network.npy"));
    std::size_t at_ = 0;
};

double difference(const double* found, const double* expected, std::size_t count) {
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double each = std::abs(found[i] - expected[i]);
        largest = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(largest, each);
    }
    return largest;
}

constexpr ep::trainer trainer{network, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 0.2}, ep::batch<8>};
using set = ep::classification_set<double>;
ep::fit_options<set> of_epochs(std::size_t count) {
    return {.epochs = count, .shuffle = false, .progress = ep::progress::none};
}

}  // namespace

TEST_CASE("training with a ragged last batch is PyTorch's, running statistics included") {
    const reference expected;
    const set samples(expected.x, expected.labels, 3);
    parameters at = expected.after[0];
    for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
        CAPTURE(epoch);
        trainer.fit(at, samples, of_epochs(1));
        CHECK(difference(at.data(), expected.after[epoch].data(), at.size()) < 1e-12);
    }
    const auto y = ep::predict_rows(at, expected.x);
    CHECK(difference(y.data(), expected.predictions.data(), rows * 3) < 1e-12);
    // Inference does not see the batch; training does.
    ep::gradients<Net, double> gradient;
    ep::workspace<Net, rows, double> memory;
    const double in_training =
        ep::value_and_gradient(at, expected.x, expected.labels, ep::softmax_cross_entropy, gradient, memory);
    CHECK(std::abs(in_training - ep::evaluate(at, samples, ep::softmax_cross_entropy).loss) > 1e-3);
}

TEST_CASE("parameters hold all that is needed to go on: the same bits as without a break") {
    const reference start;
    const set samples(start.x, start.labels, 3);
    parameters whole = start.after[0], broken = start.after[0];
    trainer.fit(whole, samples, of_epochs(4));
    trainer.fit(broken, samples, of_epochs(1));
    parameters resumed;
    std::copy_n(broken.data(), broken.size(), resumed.data());
    trainer.fit(resumed, samples, of_epochs(3));
    CHECK(std::equal(whole.data(), whole.data() + whole.size(), resumed.data()));
}
