// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdint>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/targets.hpp>
#include <limits>
#include <vector>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

namespace ep = espalier;

namespace {

template <class Target>
auto checked(const Target& target, std::size_t rows) {
    return ep::detail::targets_of<double, 3, ep::losses::softmax_cross_entropy>(target, rows);
}
template <std::size_t Outputs, class Target>
auto checked_values(const Target& target, std::size_t rows) {
    return ep::detail::targets_of<double, Outputs, ep::losses::mse>(target, rows);
}

}  // namespace

TEST_CASE_TEMPLATE("labels of any integer type", Label, int, std::int64_t, std::uint8_t, std::int8_t, std::size_t,
                   short) {
    const xt::xtensor<Label, 1> labels{0, 2, 1, 2};
    CHECK(checked(labels, 4).labels == labels.data());
    const xt::xtensor<Label, 1> wrong{0, 3, 1, 4};
    CHECK_THROWS_WITH_AS(checked(wrong, 4), "label of row 1: expected 0 to 2, found 3", ep::shape_error);
}

TEST_CASE("labels out of range are named with their row") {
    CHECK_THROWS_WITH_AS(checked(xt::xtensor<int, 1>{0, 2, -1}, 3), "label of row 2: expected 0 to 2, found -1",
                         ep::shape_error);
    const std::vector<std::int64_t> huge{0, std::numeric_limits<std::int64_t>::min()};
    CHECK_THROWS_WITH_AS(checked(std::span(huge), 2), "label of row 1: expected 0 to 2, found -9223372036854775808",
                         ep::shape_error);
    const std::vector<std::uint64_t> large{std::uint64_t{1} << 32};
    CHECK_THROWS_AS(checked(std::span(large), 1), ep::shape_error);
}

TEST_CASE("labels are one for each row, in a list without gaps") {
    const xt::xtensor<int, 1> three{0, 1, 2};
    CHECK_THROWS_WITH_AS(checked(three, 4), "labels: expected one for each of 4 rows, found 3", ep::shape_error);
    CHECK_THROWS_AS(checked(std::span(three.data(), 3), 2), ep::shape_error);
    const xt::xtensor<int, 2> column{{0}, {1}};
    CHECK_THROWS_WITH_AS(checked(column, 2), "labels: expected [rows] row-major, found [2, 1]", ep::shape_error);
    xt::xtensor<int, 2> table{{0, 9}, {1, 9}, {2, 9}};
    CHECK_THROWS_WITH_AS(checked(xt::view(table, xt::all(), 0), 3),
                         "labels: expected [rows] row-major, found [3] with other strides", ep::shape_error);
}

TEST_CASE("a view of labels starts where the view does") {
    xt::xtensor<int, 1> all{0, 1, 2, 0, 1};
    CHECK(checked(xt::view(all, xt::range(2, 4)), 2).labels == all.data() + 2);
}

TEST_CASE("values are [rows][outputs]") {
    const xt::xtensor<double, 2> values({4, 3});
    CHECK(checked_values<3>(values, 4).values == values.data());
    CHECK_THROWS_WITH_AS(checked_values<3>(values, 5), "targets: expected 5 rows, found 4", ep::shape_error);
    CHECK_THROWS_WITH_AS(checked_values<2>(values, 4), "targets: expected [rows, 2] row-major, found [4, 3]",
                         ep::shape_error);
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns({4, 3});
    CHECK_THROWS_AS(checked_values<3>(columns, 4), ep::shape_error);
    const std::vector<double> memory(11);
    CHECK_THROWS_WITH_AS(checked_values<3>(std::span(memory), 4), "targets: expected 12 values, found 11",
                         ep::shape_error);
}

TEST_CASE("one output takes [rows] as well, without gaps") {
    const xt::xtensor<double, 1> values{0, 1, 2, 3};
    CHECK(checked_values<1>(values, 4).values == values.data());
    CHECK_THROWS_AS(checked_values<1>(values, 5), ep::shape_error);
    CHECK_THROWS_AS(checked_values<3>(values, 4), ep::shape_error);
    xt::xtensor<double, 2> table({4, 2});
    CHECK_THROWS_AS(checked_values<1>(xt::view(table, xt::all(), 1), 4), ep::shape_error);
    CHECK(checked_values<1>(xt::view(values, xt::range(1, 3)), 2).values == values.data() + 1);
}

TEST_CASE_TEMPLATE("lanes past the last row repeat it", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    const std::vector<int> labels{4, 7, 5};
    const auto lanes = ep::detail::label_rows<int>{labels.data()}.template lanes<Scalar, 9>(1, 3).label;
    for (std::size_t lane = 0; lane < width; ++lane) CHECK(lanes.get(lane) == Scalar(lane == 0 ? 7 : 5));
    const std::vector<Scalar> values{0, 1, 10, 11, 20, 21};
    const auto target = ep::detail::value_rows<Scalar>{values.data()}.template lanes<Scalar, 2>(1, 3);
    for (std::size_t lane = 0; lane < width; ++lane) CHECK(target[1].get(lane) == Scalar(lane == 0 ? 11 : 21));
}

TEST_CASE_TEMPLATE("whole registers of targets are the rows from the first one on", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    std::vector<std::uint8_t> bytes(width + 1);
    std::vector<std::int64_t> words(width + 1);
    std::vector<Scalar> values(width + 1);
    for (std::size_t row = 0; row <= width; ++row) {
        bytes[row] = static_cast<std::uint8_t>(row + 3);
        words[row] = static_cast<std::int64_t>(row + 3);
        values[row] = static_cast<Scalar>(row + 3);
    }
    const auto of_bytes = ep::detail::label_rows<std::uint8_t>{bytes.data()};
    const auto of_words = ep::detail::label_rows<std::int64_t>{words.data()};
    const auto of_values = ep::detail::value_rows<Scalar>{values.data()};
    for (std::size_t lane = 0; lane < width; ++lane) {
        CHECK(of_bytes.template lanes<Scalar, 99>(1, width + 1).label.get(lane) == Scalar(lane + 4));
        CHECK(of_words.template lanes<Scalar, 99>(1, width + 1).label.get(lane) == Scalar(lane + 4));
        CHECK(of_values.template lanes<Scalar, 1>(1, width + 1)[0].get(lane) == Scalar(lane + 4));
        CHECK(of_values.template lanes<Scalar, 1>(2, width + 1)[0].get(lane) == Scalar(std::min(lane + 5, width + 3)));
    }
}
