// SPDX-License-Identifier: MIT
#include <espalier/train/trainer.hpp>

#include <doctest/doctest.h>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/sgd.hpp>
#include <sstream>

namespace ep = espalier;

namespace {

constexpr auto small = ep::input<3> >> ep::dense<8> >> ep::tanh >> ep::dense<2>;
using Small = ep::network_t<small>;

/// Two classes, told apart by the sign of a product.
ep::classification_set<float> points(std::size_t rows, unsigned from) {
    auto x = xt::xtensor<float, 2>::from_shape({rows, 3});
    auto y = xt::xtensor<int, 1>::from_shape({rows});
    ep::random_stream stream(ep::seed{from}, "points");
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < 3; ++j) x(i, j) = 2 * stream.uniform<float>() - 1;
        y(i) = x(i, 0) * x(i, 1) > 0 ? 1 : 0;
    }
    return {x, y, 2};
}

const auto quiet = [](auto options) {
    options.progress = ep::progress::none;
    return options;
};
using options = ep::fit_options<ep::classification_set<float>>;

// Arguments that are spelled out are held to what deduced ones are.
template <class Function, class Rule, std::size_t Batch>
constexpr bool can_train =
    std::is_constructible_v<ep::trainer<Small, Function, Rule, Batch>, Small, Function, Rule, ep::batch_size<Batch>>;
using Loss = std::remove_cvref_t<decltype(ep::mse)>;
static_assert(can_train<Loss, ep::adam, 8>);
static_assert(!can_train<Loss, ep::adam, 0>);
static_assert(!can_train<ep::adam, Loss, 8>);

template <class Parameters>
bool same_bits(const Parameters& left, const Parameters& right) {
    return std::equal(left.data(), left.data() + left.size(), right.data());
}

}  // namespace

TEST_CASE("fit learns, validates and records every epoch") {
    const auto training = points(500, 1);
    const auto validation = points(200, 2);
    auto parameters = ep::initialize<Small>(ep::seed{3});
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-2}, ep::batch<32>};
    const double before = ep::evaluate(parameters, training, ep::softmax_cross_entropy).loss;
    const auto past = trainer.fit(parameters, training, quiet(options{.epochs = 60, .validation = validation}));
    REQUIRE(past.epochs.size() == 60);
    CHECK(past.epochs.front().epoch == 1);
    CHECK(past.epochs.back().epoch == 60);
    CHECK(past.epochs.back().training_loss < before / 3);
    CHECK(past.epochs.back().validation_accuracy > 0.9);
    // what the history says of the last epoch is what the parameters give
    const auto found = ep::evaluate(parameters, validation, ep::softmax_cross_entropy);
    CHECK(past.epochs.back().validation_loss == found.loss);
    CHECK(past.epochs.back().validation_accuracy == found.accuracy);
    CHECK(past.best_epoch >= 1);
    CHECK_FALSE(past.stopped_early);
}

TEST_CASE("one epoch is the loop by hand, ragged last batch included") {
    const auto set = points(77, 4);  // 32 + 32 + 13
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 0.1}, ep::batch<32>};
    auto fitted = ep::initialize<Small>(ep::seed{5});
    auto by_hand = fitted;
    const auto past = trainer.fit(fitted, set, quiet(options{.epochs = 1, .from = ep::seed{9}, .shuffle = false}));

    ep::workspace<Small, 32> memory;
    ep::gradients<Small> gradient;
    ep::optimizer_state<Small, ep::sgd> state;
    double sum = 0;
    for (std::size_t first = 0; first < 77; first += 32) {
        const std::size_t rows = std::min<std::size_t>(32, 77 - first);
        const float loss = ep::value_and_gradient(by_hand, std::span(set.inputs().data() + first * 3, rows * 3),
                                                  std::span(set.targets().data() + first, rows),
                                                  ep::softmax_cross_entropy, gradient, memory);
        sum += static_cast<double>(loss) * static_cast<double>(rows);
        state.step(ep::sgd{.learning_rate = 0.1}, by_hand, gradient);
    }
    CHECK(same_bits(fitted, by_hand));
    CHECK(past.epochs[0].training_loss == doctest::Approx(sum / 77).epsilon(1e-12));
}

TEST_CASE("steps of fewer rows than the plan holds are those of a smaller plan") {
    const auto set = points(53, 1);
    const ep::trainer wide{small, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-2}, ep::batch<32>};
    const ep::trainer narrow{small, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-2}, ep::batch<8>};
    auto first = ep::initialize<Small>(ep::seed{3});
    auto second = first;
    wide.fit(first, set, quiet(options{.epochs = 3, .rows_per_step = 8}));
    narrow.fit(second, set, quiet(options{.epochs = 3}));
    for (std::size_t i = 0; i < first.size(); ++i)
        CHECK(first.data()[i] == doctest::Approx(second.data()[i]).epsilon(1e-5));
    CHECK_THROWS_WITH_AS(wide.fit(first, set, quiet(options{.rows_per_step = 33})),
                         "rows_per_step: expected 1 to 32, found 33", ep::shape_error);
}

TEST_CASE("the order of the samples is shuffled, by the seed and the epoch alone") {
    const auto set = points(100, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 0.1}, ep::batch<16>};
    const auto trained = [&](options how) {
        auto parameters = ep::initialize<Small>(ep::seed{5});
        trainer.fit(parameters, set, quiet(how));
        return parameters;
    };
    const auto first = trained({.epochs = 2, .from = ep::seed{1}});
    CHECK(same_bits(first, trained({.epochs = 2, .from = ep::seed{1}})));
    CHECK_FALSE(same_bits(first, trained({.epochs = 2, .from = ep::seed{2}})));
    CHECK_FALSE(same_bits(first, trained({.epochs = 2, .from = ep::seed{1}, .shuffle = false})));
}

TEST_CASE("training in two calls with one state is training in one") {
    const auto set = points(100, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-2}, ep::batch<16>,
                              ep::schedules::cosine{.steps = 28}};
    auto whole = ep::initialize<Small>(ep::seed{5});
    auto parts = whole;
    trainer.fit(whole, set, quiet(options{.epochs = 4}));
    ep::optimizer_state<Small, ep::adam> state;
    trainer.fit(parts, state, set, quiet(options{.epochs = 3}));
    trainer.fit(parts, state, set, quiet(options{.epochs = 1}));
    CHECK(state.steps() == 28);
    CHECK(same_bits(whole, parts));
}

TEST_CASE("the schedule's factor reaches the optimizer") {
    const auto set = points(64, 6);
    const ep::trainer still{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 0.1}, ep::batch<16>,
                            ep::schedules::constant{.factor = 0}};
    const auto start = ep::initialize<Small>(ep::seed{5});
    auto parameters = start;
    const auto past = still.fit(parameters, set, quiet(options{.epochs = 2}));
    CHECK(same_bits(parameters, start));
    CHECK(past.epochs[1].learning_rate_scale == 0);
}

TEST_CASE("clipping bounds the change of a step") {
    const auto set = points(16, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 1}, ep::batch<16>};
    const auto start = ep::initialize<Small>(ep::seed{5});
    auto parameters = start;
    trainer.fit(parameters, set, quiet(options{.epochs = 1, .clip_norm = 1e-3}));
    double squares = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
        const double change = static_cast<double>(parameters.data()[i] - start.data()[i]);
        squares += change * change;
    }
    CHECK(std::sqrt(squares) == doctest::Approx(1e-3).epsilon(1e-2));
}

TEST_CASE("early stopping ends after the patience and restores the best parameters") {
    const auto training = points(40, 7);
    const auto validation = points(200, 8);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::adam{.learning_rate = 5e-2}, ep::batch<16>};
    auto parameters = ep::initialize<Small>(ep::seed{5});
    const auto past =
        trainer.fit(parameters, training,
                    quiet(options{.epochs = 2000, .validation = validation, .early_stopping = {{.patience = 5}}}));
    CHECK(past.stopped_early);
    REQUIRE(past.epochs.size() < 2000);
    CHECK(past.epochs.size() == past.best_epoch + 5);
    for (const auto& each : past.epochs)
        CHECK(each.validation_loss >= past.epochs[past.best_epoch - 1].validation_loss);
    CHECK(ep::evaluate(parameters, validation, ep::softmax_cross_entropy).loss ==
          past.epochs[past.best_epoch - 1].validation_loss);

    auto kept = ep::initialize<Small>(ep::seed{5});
    const auto same = trainer.fit(
        kept, training,
        quiet(options{
            .epochs = 2000, .validation = validation, .early_stopping = {{.patience = 5, .restore_best = false}}}));
    CHECK(same.epochs.size() == past.epochs.size());
    CHECK(ep::evaluate(kept, validation, ep::softmax_cross_entropy).loss == same.epochs.back().validation_loss);
}

TEST_CASE("a callback sees each epoch and may end the training") {
    const auto set = points(64, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{}, ep::batch<16>};
    auto parameters = ep::initialize<Small>(ep::seed{5});
    std::vector<std::size_t> seen;
    const auto past =
        trainer.fit(parameters, set, quiet(options{.epochs = 10, .on_epoch = [&](ep::epoch_report& report) {
                                                       seen.push_back(report.epoch);
                                                       report.stop = report.epoch == 3;
                                                   }}));
    CHECK(seen == std::vector<std::size_t>{1, 2, 3});
    CHECK(past.epochs.size() == 3);
    CHECK(past.stopped_early);
}

TEST_CASE("a loss that is not finite stops with an error, before the parameters are touched") {
    auto x = xt::xtensor<float, 2>::from_shape({4, 3});
    x.fill(1e30f);
    auto y = xt::xtensor<float, 2>::from_shape({4, 2});
    y.fill(0);
    const ep::regression_set<float> set(x, y);
    auto parameters = ep::initialize<Small>(ep::seed{5});
    parameters.flat()[0] = 1;
    constexpr auto linear = ep::input<3> >> ep::dense<2>;
    auto weights = ep::initialize<ep::network_t<linear>>(ep::seed{5});
    const auto start = weights;
    const ep::trainer trainer{linear, ep::mse, ep::sgd{}, ep::batch<4>};
    try {
        trainer.fit(weights, set, {.epochs = 2, .progress = ep::progress::none});
        FAIL("no divergence was noticed");
    } catch (const ep::divergence_error& problem) {
        CHECK(problem.epoch() == 1);
        CHECK(problem.step() == 1);
        CHECK(std::string(problem.what()).find("the loss is inf in epoch 1, step 1") != std::string::npos);
    }
    CHECK(same_bits(weights, start));
}

TEST_CASE("frozen layers keep their bits, whatever the optimizer decays") {
    constexpr auto net = ep::input<3> >> ep::frozen(ep::dense<8>) >> ep::tanh >> ep::dense<2>;
    using Net = ep::network_t<net>;
    const auto set = points(64, 6);
    const auto start = ep::initialize<Net>(ep::seed{5});
    auto parameters = start;
    const ep::trainer trainer{net, ep::softmax_cross_entropy, ep::adamw{.weight_decay = 0.1}, ep::batch<16>};
    trainer.fit(parameters, set, quiet(options{.epochs = 3}));
    for (std::size_t i = 0; i < start.size(); ++i) {
        const auto& first_of_second = ep::parameter_tensors<Net, float>[2];
        if (i < first_of_second.offset) CHECK(parameters.data()[i] == start.data()[i]);
    }
    CHECK_FALSE(same_bits(parameters, start));
}

TEST_CASE("a set that does not fit the network is refused") {
    auto x = xt::xtensor<float, 2>::from_shape({4, 5});
    x.fill(0);
    auto y = xt::xtensor<int, 1>::from_shape({4});
    y.fill(2);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{}, ep::batch<4>};
    auto parameters = ep::initialize<Small>(ep::seed{5});
    CHECK_THROWS_WITH_AS(trainer.fit(parameters, ep::classification_set<float>(x, y, 3), quiet(options{})),
                         "the data set: expected [rows, 3] row-major, found [4, 5]", ep::shape_error);
    auto fitting = xt::xtensor<float, 2>::from_shape({4, 3});
    fitting.fill(0);
    CHECK_THROWS_WITH_AS(trainer.fit(parameters, ep::classification_set<float>(fitting, y, 3), quiet(options{})),
                         "label of row 0: expected 0 to 1, found 2", ep::shape_error);
}

TEST_CASE("progress: nothing, a bar, or a line an epoch") {
    const auto set = points(64, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{}, ep::batch<16>};
    const auto shown = [&](ep::progress kind) {
        std::ostringstream text;
        auto parameters = ep::initialize<Small>(ep::seed{5});
        trainer.fit(parameters, set, {.epochs = 3, .validation = set, .progress = kind, .output = &text});
        return text.str();
    };
    CHECK(shown(ep::progress::none).empty());
    const std::string bar = shown(ep::progress::bar);
    CHECK(bar.find("100%") != std::string::npos);
    CHECK(std::count(bar.begin(), bar.end(), '*') == 51);
    const std::string lines = shown(ep::progress::lines);
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
    CHECK(lines.find("epoch 2/3  loss ") != std::string::npos);
    CHECK(lines.find("accuracy ") != std::string::npos);
}

TEST_CASE("a misfit anywhere in a set is found before the first step, under its own row") {
    const auto fitting = points(200, 6);
    auto x = xt::xtensor<float, 2>::from_shape({200, 3});
    x.fill(0);
    auto y = xt::xtensor<int, 1>::from_shape({200});
    y.fill(0);
    y(150) = 7;
    const ep::classification_set<float> misfit(x, y, 10);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 1}, ep::batch<16>};
    const auto start = ep::initialize<Small>(ep::seed{5});
    auto parameters = start;
    const char* const message = "label of row 150: expected 0 to 1, found 7";
    CHECK_THROWS_WITH_AS(trainer.fit(parameters, misfit, quiet(options{})), message, ep::shape_error);
    CHECK_THROWS_WITH_AS(trainer.fit(parameters, fitting, quiet(options{.validation = misfit})), message,
                         ep::shape_error);
    CHECK_THROWS_WITH_AS(ep::evaluate(parameters, misfit, ep::softmax_cross_entropy), message, ep::shape_error);
    CHECK(same_bits(parameters, start));
}

TEST_CASE("parameters that overflow in the last step are noticed") {
    constexpr auto linear = ep::input<1> >> ep::dense<1>;
    auto x = xt::xtensor<float, 2>::from_shape({4, 1});
    x.fill(1e10f);
    auto y = xt::xtensor<float, 2>::from_shape({4, 1});
    y.fill(1e15f);
    auto parameters = ep::initialize<ep::network_t<linear>>(ep::seed{5});
    const ep::trainer trainer{linear, ep::mse, ep::sgd{.learning_rate = 1e20}, ep::batch<4>};
    CHECK_THROWS_AS(trainer.fit(parameters, ep::regression_set<float>(x, y), {.progress = ep::progress::none}),
                    ep::divergence_error);
}

TEST_CASE("a nested network trains with the objects of the flat one") {
    using Nested =
        ep::network<ep::layer::input<3>, ep::network<ep::layer::dense<8>, ep::layer::tanh>, ep::layer::dense<2>>;
    const auto set = points(64, 6);
    const ep::trainer trainer{small, ep::softmax_cross_entropy, ep::sgd{.learning_rate = 0.1}, ep::batch<16>};
    auto flat = ep::initialize<Small>(ep::seed{5});
    auto nested = ep::initialize<Nested>(ep::seed{5});
    trainer.fit(flat, set, quiet(options{.epochs = 2}));
    trainer.fit(nested, set, quiet(options{.epochs = 2}));
    CHECK(std::equal(flat.data(), flat.data() + flat.size(), nested.data()));
}
