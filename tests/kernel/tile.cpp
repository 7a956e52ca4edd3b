// SPDX-License-Identifier: MIT
#include <espalier/kernel/tile.hpp>

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "blocks.hpp"

namespace kernel = espalier::kernel;
using parts = std::vector<std::pair<std::size_t, std::size_t>>;

namespace {

template <std::size_t Extent, std::size_t Largest>
parts parts_of() {
    parts result;
    kernel::for_each_part<Extent, Largest>([&](auto size, std::size_t first) { result.emplace_back(first, size); });
    return result;
}

template <std::size_t Extent, std::size_t Size>
std::vector<std::size_t> windows_of() {
    std::vector<std::size_t> result;
    kernel::for_each_window<Extent, Size>([&](std::size_t first) { result.push_back(first); });
    return result;
}

/// Compares a tile with the sum it stands for, step by step, for counts around the number of partial sums.
template <class Scalar, std::size_t Rows, std::size_t Vectors>
void check_tile() {
    constexpr std::size_t width = blocks::width<Scalar>, most = 9;
    using shape = kernel::operands<most + 2, 1, Vectors * width>;
    const auto scalars = blocks::values<Scalar>((Rows - 1) * shape::row_stride + most, 1);
    const auto vectors = blocks::values<Scalar>(most * Vectors * width, 2);
    for (std::size_t steps = 0; steps <= most; ++steps) {
        espalier::simd<Scalar> sums[Rows][Vectors];
        for (auto& row : sums)
            for (auto& sum : row) sum = espalier::simd<Scalar>(Scalar(0.5));
        kernel::accumulate<shape>(sums, scalars.data(), vectors.data(), steps);
        blocks::largest_difference<Scalar> difference{steps};
        for (std::size_t row = 0; row < Rows; ++row)
            for (std::size_t lane = 0; lane < Vectors * width; ++lane) {
                double expected = 0.5;
                for (std::size_t step = 0; step < steps; ++step)
                    expected += double(scalars[row * shape::row_stride + step]) *
                                double(vectors[step * Vectors * width + lane]);
                difference.compare(sums[row][lane / width].get(lane % width), expected);
            }
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE("parts are even") {
    CHECK(parts_of<10, 14>() == parts{{0, 10}});
    CHECK(parts_of<13, 12>() == parts{{0, 7}, {7, 6}});
    CHECK(parts_of<12, 6>() == parts{{0, 6}, {6, 6}});
    CHECK(parts_of<20, 6>() == parts{{0, 5}, {5, 5}, {10, 5}, {15, 5}});
    CHECK(parts_of<1, 6>() == parts{{0, 1}});
}

TEST_CASE("windows cover an extent and end with it") {
    CHECK(windows_of<7, 3>() == std::vector<std::size_t>{0, 3, 4});
    CHECK(windows_of<6, 3>() == std::vector<std::size_t>{0, 3});
    CHECK(windows_of<1, 1>() == std::vector<std::size_t>{0});
}

TEST_CASE_TEMPLATE("a tile is a sum of outer products", Scalar, float, double) {
    check_tile<Scalar, 1, 1>();
    check_tile<Scalar, 1, 2>();
    check_tile<Scalar, 3, 1>();
    check_tile<Scalar, 2, 2>();
    check_tile<Scalar, kernel::tallest_tile(2), 2>();
}

TEST_CASE_TEMPLATE("runs of blocks cover a batch", Scalar, float, double) {
    const auto runs_of = [](std::size_t rows) {
        parts result;
        kernel::for_each_run<Scalar>(kernel::far_cache / (4 * sizeof(Scalar) * espalier::block_lanes<Scalar>), rows,
                                     [&](std::size_t first, std::size_t last) { result.emplace_back(first, last); });
        return result;
    };
    constexpr std::size_t lanes = espalier::block_lanes<Scalar>;
    CHECK(runs_of(1) == parts{{0, 1}});
    CHECK(runs_of(4 * lanes) == parts{{0, 4}});
    CHECK(runs_of(9 * lanes + 1) == parts{{0, 4}, {4, 8}, {8, 10}});
}
