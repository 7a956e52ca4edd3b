// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstring>
#include <espalier/loss/elementwise.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/train_step.hpp>
#include <limits>
#include <span>
#include <vector>

namespace ep = espalier;

namespace {

constexpr auto net = ep::input<5> >> ep::prelu<> >> ep::dense<9> >> ep::batch_norm<> >> ep::prelu<> >>
                     ep::residual(ep::dense<9> >> ep::dropout<0.5> >> ep::dense<9, ep::no_bias>) >> ep::silu
                     >> ep::frozen(ep::dense<4>) >> ep::prelu<> >> ep::frozen(ep::prelu<>) >> ep::dense<2>;
using Net = ep::network_t<net>;
constexpr std::size_t rows = 7;

std::vector<float> numbers(std::size_t count, std::uint64_t seed) {
    std::vector<float> list(count);
    ep::random_stream stream(ep::seed{seed}, "test");
    for (float& each : list) each = stream.normal<float>();
    return list;
}

template <class Rule>
struct training {
    ep::parameters<Net> parameters = ep::initialize<Net>(ep::seed{3});
    ep::gradients<Net> gradient;
    ep::optimizer_state<Net, Rule> state;
    ep::workspace<Net, 8> memory;
    std::vector<float> x = numbers(rows * 5, 1), y = numbers(rows * 2, 2);

    float in_one(const Rule& rule, const ep::step_options& options) {
        return ep::train_step(parameters, std::span(x), std::span(y), ep::mse, rule, state, gradient, memory, options);
    }
    float in_parts(const Rule& rule, const ep::step_options& options) {
        const float loss = ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory,
                                                  {options.from, state.steps()});
        const double scale =
            options.clip_norm > 0
                ? ep::clip_scale(ep::global_norm(gradient.data(), ep::trained_size<Net, float>), options.clip_norm)
                : 1;
        state.step(rule, parameters, gradient, options.learning_rate_scale, scale);
        ep::update_statistics(parameters, gradient);
        return loss;
    }
    bool same_as(const training& other) const {
        return std::memcmp(parameters.data(), other.parameters.data(), parameters.flat().size_bytes()) == 0 &&
               std::memcmp(state.slots(), other.state.slots(), state.size() * sizeof(float)) == 0;
    }
};

template <class Rule>
void check(const Rule& rule, const ep::step_options& options) {
    training<Rule> one, parts;
    const ep::parameters<Net> start = one.parameters;
    for (int step = 0; step < 3; ++step) CHECK(one.in_one(rule, options) == parts.in_parts(rule, options));
    CHECK(one.same_as(parts));
    CHECK(one.state.steps() == 3);
    for (const ep::parameter_tensor& tensor : ep::parameter_tensors<Net, float>) {
        if (tensor.size == 0) continue;  // the end of the list
        const bool moved = std::memcmp(one.parameters.data() + tensor.offset, start.data() + tensor.offset,
                                       tensor.size * sizeof(float)) != 0;
        CHECK(moved == (tensor.trains || tensor.what.is_state));
    }
}

}  // namespace

TEST_CASE("a step in one has the bits of its parts") {
    check(ep::sgd{.learning_rate = 0.05}, {.from = ep::seed{5}});
    check(ep::sgd{.learning_rate = 0.05, .momentum = 0.9, .weight_decay = 0.01}, {.learning_rate_scale = 0.5});
    check(ep::sgd{.learning_rate = 0.05}, {.clip_norm = 0.1});
    check(ep::adam{.learning_rate = 0.05}, {.from = ep::seed{5}});
}

TEST_CASE("plain descent moves the first layer's weights where their gradient is computed, to the bit in one panel") {
    using Plain = ep::network_t<(ep::input<70> >> ep::dense<20> >> ep::prelu<> >> ep::dense<6> >> ep::tanh)>;
    static_assert(ep::plan<Plain, 200>::memory[1].reads_rows);
    for (const std::size_t count : {std::size_t{1}, std::size_t{64}, std::size_t{200}}) {
        CAPTURE(count);
        const auto x = numbers(count * 70, 1), y = numbers(count * 6, 2);
        auto one = ep::initialize<Plain>(ep::seed{3}), parts = one;
        ep::gradients<Plain> gradient, unused;
        ep::optimizer_state<Plain, ep::sgd> state, other;
        ep::workspace<Plain, 200> memory;
        const ep::sgd rule{.learning_rate = 0.5};
        for (int step = 0; step < 2; ++step) {
            const float loss = ep::value_and_gradient(parts, std::span(x), std::span(y), ep::mse, gradient, memory);
            other.step(rule, parts, gradient, 0.25);
            CHECK(ep::train_step(one, std::span(x), std::span(y), ep::mse, rule, state, unused, memory,
                                 {.learning_rate_scale = 0.25}) == doctest::Approx(loss).epsilon(1e-5));
        }
        CHECK(unused.weight<1>()(0, 0) == 0);
        CHECK(unused.bias<1>()(0) != 0);
        float apart = 0;
        for (std::size_t i = 0; i < one.size(); ++i) apart = std::max(apart, std::abs(one.data()[i] - parts.data()[i]));
        CHECK(apart < 1e-6F);
        if (count <= 64) CHECK(apart == 0);
    }
}

TEST_CASE("nothing moves where the loss is not finite") {
    training<ep::sgd> found, before;
    found.x[3] = std::numeric_limits<float>::infinity();
    CHECK_FALSE(std::isfinite(found.in_one({.learning_rate = 0.05}, {})));
    CHECK(found.same_as(before));
    CHECK(found.state.steps() == 0);
}
