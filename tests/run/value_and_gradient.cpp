// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

namespace ep = espalier;

namespace {

using ep::shape_error;

using net = ep::network_t<(ep::input<4> >> ep::dense<5> >> ep::relu >> ep::dense<3>)>;
constexpr double unwritten = 7.25;

struct fixture {
    ep::parameters<net, double> parameters = ep::initialize<net, double>(ep::seed{1});
    ep::gradients<net, double> gradient;
    ep::workspace<net, 8, double> memory;
    xt::xtensor<double, 2> x = xt::ones<double>({6, 4});
    xt::xtensor<int, 1> labels{0, 1, 2, 0, 1, 2};
    xt::xtensor<double, 2> values = xt::ones<double>({6, 3});

    fixture() {
        std::ranges::fill(gradient.flat(), unwritten);
        std::fill_n(memory.data(), memory.bytes, std::byte{0x5a});
        for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = 0.25 * static_cast<double>(i % 7) - 0.5;
    }

    template <class X, class Y>
    double step(const X& samples, const Y& target) {
        return ep::value_and_gradient(parameters, samples, target, ep::softmax_cross_entropy, gradient, memory);
    }
    bool nothing_written() {
        return std::ranges::all_of(gradient.flat(), [](double each) { return each == unwritten; }) &&
               std::all_of(memory.data(), memory.data() + memory.bytes,
                           [](std::byte each) { return each == std::byte{0x5a}; });
    }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a batch that does not fit is refused before anything is written") {
    const xt::xtensor<double, 2> narrow = xt::ones<double>({6, 3}), many = xt::ones<double>({9, 4}), none({0, 4});
    CHECK_THROWS_WITH_AS(step(narrow, labels), "x: expected [rows, 4] row-major, found [6, 3]", shape_error);
    CHECK_THROWS_WITH_AS(step(many, labels), "x: expected 1 to 8 rows, found 9", shape_error);
    CHECK_THROWS_WITH_AS(step(none, labels), "x: expected 1 to 8 rows, found 0", shape_error);
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns = xt::ones<double>({6, 4});
    CHECK_THROWS_WITH_AS(step(columns, labels), "x: expected [rows, 4] row-major, found [6, 4] with other strides",
                         shape_error);
    CHECK(nothing_written());
}

TEST_CASE_FIXTURE(fixture, "targets that do not fit are refused before anything is written") {
    CHECK_THROWS_WITH_AS(step(x, xt::xtensor<int, 1>{0, 1}), "labels: expected one for each of 6 rows, found 2",
                         shape_error);
    labels(4) = 3;
    CHECK_THROWS_WITH_AS(step(x, labels), "label of row 4: expected 0 to 2, found 3", shape_error);
    labels(4) = -1;
    CHECK_THROWS_WITH_AS(step(x, labels), "label of row 4: expected 0 to 2, found -1", shape_error);
    const xt::xtensor<double, 2> few = xt::ones<double>({5, 3}), wide = xt::ones<double>({6, 4});
    CHECK_THROWS_WITH_AS(step(x, few), "targets: expected 6 rows, found 5", shape_error);
    CHECK_THROWS_WITH_AS(step(x, wide), "targets: expected [rows, 3] row-major, found [6, 4]", shape_error);
    CHECK(nothing_written());
}

TEST_CASE_FIXTURE(fixture, "a place for x's gradient that does not fit is refused before anything is written") {
    ep::workspace<net, 8, double, ep::request::both> both;
    xt::xtensor<double, 2> few = xt::ones<double>({5, 4}), narrow = xt::ones<double>({6, 3});
    const auto run = [&](auto& to) {
        return ep::value_and_gradients(parameters, x, labels, ep::softmax_cross_entropy, gradient, to, both);
    };
    CHECK_THROWS_WITH_AS(run(few), "x_gradient: expected 6 rows, found 5", shape_error);
    CHECK_THROWS_WITH_AS(run(narrow), "x_gradient: expected [rows, 4] row-major, found [6, 3]", shape_error);
    CHECK(nothing_written());
    xt::xtensor<double, 2> fits = xt::ones<double>({6, 4});
    CHECK(run(fits) > 0);
    CHECK(fits(5, 3) != 1);
}

TEST_CASE_FIXTURE(fixture, "tensors, views and spans of the same numbers give the same bits") {
    const double expected = step(x, labels);
    const ep::gradients<net, double> bits = gradient;
    const auto same = [&](double loss) {
        CHECK(loss == expected);
        CHECK(std::ranges::equal(gradient.flat(), bits.flat()));
        std::ranges::fill(gradient.flat(), unwritten);
    };
    same(step(std::span<const double>(x.data(), x.size()), std::span<const int>(labels.data(), labels.size())));
    xt::xtensor<double, 2> more = xt::zeros<double>({10, 4});
    xt::view(more, xt::range(3, 9), xt::all()) = x;
    xt::xtensor<int, 1> more_labels = xt::zeros<int>({10});
    xt::view(more_labels, xt::range(3, 9)) = labels;
    same(step(xt::view(more, xt::range(3, 9), xt::all()), xt::view(more_labels, xt::range(3, 9))));
    same(step(x, xt::xtensor<unsigned char, 1>(labels)));
}

TEST_CASE_FIXTURE(fixture, "the gradient of the parameters is the same bits whether that of x is wanted or not") {
    const double loss = step(x, values);
    const ep::gradients<net, double> alone = gradient;
    ep::workspace<net, 8, double, ep::request::both> both;
    xt::xtensor<double, 2> x_gradient = xt::zeros<double>({6, 4});
    CHECK(ep::value_and_gradients(parameters, x, values, ep::softmax_cross_entropy, gradient, x_gradient, both) ==
          loss);
    CHECK(std::ranges::equal(gradient.flat(), alone.flat()));
}

TEST_CASE("the caller places parameters, gradients and workspace where it likes") {
    constexpr std::size_t size = ep::parameter_size<net, double>;
    using read_only = ep::storage::view<const double, size>;
    using in_place = ep::storage::in_place<double, size>;
    fixture on_heap;
    const double expected = on_heap.step(on_heap.x, on_heap.labels);

    const auto& owner = std::as_const(on_heap.parameters);
    const ep::parameters<net, double, read_only> parameters{read_only(std::span<const double, size>(owner.flat()))};
    static ep::gradients<net, double, in_place> gradient;
    std::ranges::fill(gradient.flat(), unwritten);
    constexpr std::size_t bytes = ep::plan<net, 8, double>::bytes;
    static ep::workspace<net, 8, double, ep::request::parameters, ep::storage::in_place<std::byte, bytes>> memory;
    CHECK(ep::value_and_gradient(parameters, on_heap.x, on_heap.labels, ep::softmax_cross_entropy, gradient, memory) ==
          expected);
    CHECK(std::ranges::equal(gradient.flat(), on_heap.gradient.flat()));
}

TEST_CASE_FIXTURE(fixture, "a NaN in a sample makes the loss NaN, and no other error") {
    x(2, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(step(x, labels)));
}

TEST_CASE("with everything frozen there is a loss and no gradient") {
    using frozen = ep::network_t<ep::frozen(ep::input<4> >> ep::dense<5> >> ep::relu >> ep::dense<3>)>;
    fixture trainable;
    const double expected = trainable.step(trainable.x, trainable.labels);
    ep::parameters<frozen, double> parameters;
    std::ranges::copy(trainable.parameters.flat(), parameters.flat().begin());
    ep::gradients<frozen, double> gradient;
    std::ranges::fill(gradient.flat(), unwritten);
    ep::workspace<frozen, 8, double> memory;
    CHECK(ep::value_and_gradient(parameters, trainable.x, trainable.labels, ep::softmax_cross_entropy, gradient,
                                 memory) == expected);
    CHECK(std::ranges::all_of(gradient.flat(), [](double each) { return each == unwritten; }));
}
