// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <espalier/io/npy.hpp>
#include <espalier/train/dataset.hpp>

#include "../folders.hpp"

namespace ep = espalier;

namespace {

template <class Action>
void check_refused(Action&& action, const std::string& reason) {
    std::string message;
    try {
        action();
    } catch (const std::invalid_argument& failure) {
        message = failure.what();
    }
    CHECK(message == "dataset: " + reason);
}

/// Row r has features 10 r, 10 r + 1, … and label r % classes.
ep::classification_set<float> numbered(std::size_t rows, std::size_t classes) {
    xt::xtensor<float, 2> inputs(std::array<std::size_t, 2>{rows, 3});
    xt::xtensor<std::int32_t, 1> labels(std::array<std::size_t, 1>{rows});
    for (std::size_t row = 0; row < rows; ++row) {
        labels(row) = static_cast<std::int32_t>(row % classes);
        for (std::size_t i = 0; i < 3; ++i) inputs(row, i) = static_cast<float>(10 * row + i);
    }
    return {inputs, labels, classes};
}

/// The number of every row of a part of numbered(), after a check that inputs and labels still belong together.
std::vector<std::size_t> rows_of(const ep::classification_set<float>& part) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < part.rows(); ++i) {
        rows.push_back(static_cast<std::size_t>(part.inputs()(i, 0)) / 10);
        CHECK(part.inputs()(i, 2) == static_cast<float>(10 * rows.back() + 2));
        CHECK(part.targets()(i) == static_cast<std::int32_t>(rows.back() % part.classes()));
    }
    return rows;
}

const xt::xtensor<double, 2> two_rows{{1, 2, 3}, {4, 5, 6}};

}  // namespace

TEST_CASE("the type of a set follows from what it is made of") {
    const xt::xtensor<float, 3> images{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}};
    const xt::xtensor<std::uint8_t, 1> labels{0, 2};
    const ep::dataset images_and_labels{images / 2.0f, labels, 3};
    static_assert(std::is_same_v<decltype(images_and_labels), const ep::classification_set<float>>);
    CHECK(images_and_labels.rows() == 2);
    CHECK(images_and_labels.features() == 4);
    CHECK(images_and_labels.classes() == 3);
    CHECK(images_and_labels.inputs() == xt::xtensor<float, 2>{{0.5f, 1, 1.5f, 2}, {2.5f, 3, 3.5f, 4}});
    CHECK(images_and_labels.targets() == xt::xtensor<std::int32_t, 1>{0, 2});

    const ep::dataset curve{xt::xtensor<double, 1>{1, 2, 3}, xt::xtensor<double, 1>{2, 4, 6}};
    static_assert(std::is_same_v<decltype(curve), const ep::regression_set<double>>);
    CHECK(curve.inputs() == xt::xtensor<double, 2>{{1}, {2}, {3}});
    CHECK(curve.targets() == xt::xtensor<double, 2>{{2}, {4}, {6}});

    const xt::xtensor<double, 2, xt::layout_type::column_major> columns = two_rows;
    CHECK(ep::regression_set<float>(columns, columns).inputs() == xt::cast<float>(two_rows));
}

TEST_CASE("what does not fit together is refused with its reason") {
    const xt::xtensor<std::int32_t, 1> labels{0, 1, 2};
    check_refused([&] { ep::dataset(two_rows, labels, 3); }, "inputs have 2 rows, targets 3");
    check_refused([&] { ep::dataset(two_rows, xt::xtensor<double, 2>{{1}}); }, "inputs have 2 rows, targets 1");
    check_refused([&] { ep::dataset(xt::xtensor<double, 2>(std::array<std::size_t, 2>{0, 3}), two_rows); },
                  "inputs are empty");
    check_refused([&] { ep::dataset(xt::xtensor<double, 2>(std::array<std::size_t, 2>{2, 0}), two_rows); },
                  "inputs are empty");
    check_refused([&] { ep::dataset(two_rows, xt::xtensor<double, 2>(std::array<std::size_t, 2>{2, 0})); },
                  "targets are empty");
    check_refused([&] { ep::dataset(xt::xtensor<double, 0>{1}, two_rows); },
                  "inputs need a first axis of rows, found a scalar");
    check_refused([&] { ep::dataset(two_rows, xt::xtensor<std::int32_t, 2>{{0, 1}, {1, 0}}, 2); },
                  "labels need one value a row, found 2");
    check_refused([&] { ep::dataset(two_rows, labels, 0); }, "classes must be from 1 to 2147483647, found 0");
}

TEST_CASE("labels may be of any integer type, bool or a comparison") {
    const xt::xtensor<std::int32_t, 1> second{0, 1};
    const xt::xtensor<bool, 1> truths{false, true};
    CHECK(ep::dataset(two_rows, truths, 2).targets() == second);
    CHECK(ep::dataset(two_rows, xt::xtensor<double, 1>{0.25, 0.75} > 0.5, 2).targets() == second);
    CHECK(ep::dataset(two_rows, xt::xtensor<std::uint8_t, 1>{0, 1}, 2).targets() == second);
    CHECK(ep::dataset(two_rows, xt::xtensor<std::int8_t, 2>{{0}, {1}}, 2).targets() == second);
    CHECK(ep::dataset(two_rows, xt::xtensor<std::uint64_t, 1>{0, 1}, 2).targets() == second);
    check_refused([&] { ep::dataset(two_rows, truths, 1); }, "labels must be from 0 to 0, found 1 at row 1");
    check_refused([&] { ep::dataset(two_rows, xt::xtensor<std::uint8_t, 1>{200, 1}, 2); },
                  "labels must be from 0 to 1, found 200 at row 0");
}

TEST_CASE("a label out of range is refused with its row") {
    const xt::xtensor<float, 2> inputs{{1}, {2}, {3}};
    check_refused([&] { ep::dataset(inputs, xt::xtensor<std::int32_t, 1>{0, 1, 3}, 3); },
                  "labels must be from 0 to 2, found 3 at row 2");
    check_refused([&] { ep::dataset(inputs, xt::xtensor<std::int64_t, 1>{0, -1, 1}, 3); },
                  "labels must be from 0 to 2, found -1 at row 1");
    check_refused([&] { ep::dataset(inputs, xt::xtensor<std::int64_t, 1>{std::int64_t{1} << 32, 0, 1}, 3); },
                  "labels must be from 0 to 2, found 4294967296 at row 0");
    check_refused([&] { ep::dataset(inputs, xt::xtensor<std::uint64_t, 1>{0, ~std::uint64_t{0}, 1}, 3); },
                  "labels must be from 0 to 2, found 18446744073709551615 at row 1");
}

TEST_CASE("a number that is not finite is refused with its row and column") {
    using limits = std::numeric_limits<double>;
    for (const auto& [bad, text] :
         {std::pair{limits::quiet_NaN(), "nan"}, {limits::infinity(), "inf"}, {-limits::infinity(), "-inf"}}) {
        auto values = two_rows;
        values(1, 2) = bad;
        const std::string place = " must be finite, found " + std::string(text) + " at row 1, column 2";
        check_refused([&] { ep::dataset(values, two_rows); }, "inputs" + place);
        check_refused([&] { ep::dataset(two_rows, values); }, "targets" + place);
        check_refused([&] { ep::dataset(values, xt::xtensor<std::int32_t, 1>{0, 1}, 2); }, "inputs" + place);
    }
    auto large = two_rows;
    large(0, 1) = 1e300;
    check_refused([&] { ep::regression_set<float>(large, two_rows); },
                  "inputs must be finite, found inf at row 0, column 1");
}

TEST_CASE("a subset holds the rows asked for, in their order") {
    const auto set = numbered(10, 3);
    const std::vector<std::size_t> wanted{7, 0, 7};
    CHECK(rows_of(set.subset(wanted)) == wanted);
    CHECK(set.subset(wanted).classes() == 3);
    check_refused([&] { set.subset(std::vector<std::size_t>{1, 10}); }, "row 10 of a subset is not below 10");
    check_refused([&] { set.subset({}); }, "a subset needs at least one row");

    const ep::regression_set<double> values(two_rows, two_rows);
    CHECK(values.subset(std::vector<std::size_t>{1}).targets() == xt::xtensor<double, 2>{{4, 5, 6}});
}

TEST_CASE("a split divides every class alike, by a seed alone") {
    const std::size_t rows = 103, classes = 7;
    const auto set = numbered(rows, classes);
    for (const double fraction : {0.8, 0.5, 0.29, 0.07}) {
        const auto [first, second] = set.split(fraction, ep::seed{1});
        CHECK(first.rows() == static_cast<std::size_t>(fraction * rows + 0.5));
        const auto kept = rows_of(first);
        auto all = rows_of(second);
        all.insert(all.end(), kept.begin(), kept.end());
        std::sort(all.begin(), all.end());
        REQUIRE(all.size() == rows);
        for (std::size_t row = 0; row < rows; ++row) CHECK(all[row] == row);
        for (std::size_t label = 0; label < classes; ++label) {
            const auto of_label = [&](std::size_t row) { return row % classes == label; };
            const double share = fraction * static_cast<double>(std::count_if(all.begin(), all.end(), of_label));
            const auto count = static_cast<double>(std::count_if(kept.begin(), kept.end(), of_label));
            CHECK(count > share - 1);
            CHECK(count < share + 1);
        }
        CHECK(std::is_sorted(kept.begin(), kept.end()));
        CHECK(rows_of(set.split(fraction, ep::seed{1}).first) == kept);
        CHECK(rows_of(set.split(fraction, ep::seed{2}).first) != kept);
    }
    for (const double fraction : {0.0, 1.0, -0.5, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(set.split(fraction, ep::seed{1}), std::invalid_argument);
    }
    check_refused([&] { numbered(3, 1).split(0.01, ep::seed{1}); },
                  "a split of 3 rows by 0.010000 leaves one part empty");
    const auto [half, rest] = ep::regression_set<double>(two_rows, two_rows).split(0.5, ep::seed{3});
    CHECK(half.rows() == 1);
    CHECK(half.inputs() == half.targets());
    CHECK(half.inputs()(0, 0) + rest.inputs()(0, 0) == 5);
}

TEST_CASE("the digits that come with the examples are a stratified set") {
    const std::string digits = in_examples("data/digits-");
    const auto load = [&](const std::string& part) {
        return ep::dataset{ep::io::load_npy<float, 3>(digits + part + "-images.npy"),
                           ep::io::load_npy<std::uint8_t, 1>(digits + part + "-labels.npy"), 10};
    };
    const auto training = load("train");
    const auto test = load("test");
    CHECK(training.rows() == 1437);
    CHECK(test.rows() == 360);
    CHECK(training.features() == 64);
    for (const auto* set : {&training, &test}) {
        CHECK(*std::min_element(set->inputs().begin(), set->inputs().end()) == 0);
        CHECK(*std::max_element(set->inputs().begin(), set->inputs().end()) == 16);
    }
    for (std::int32_t label = 0; label < 10; ++label) {
        const auto in_test = std::count(test.targets().begin(), test.targets().end(), label);
        const auto in_all = in_test + std::count(training.targets().begin(), training.targets().end(), label);
        CHECK(in_test >= in_all / 5 - 1);
        CHECK(in_test <= in_all / 5 + 1);
    }
}
