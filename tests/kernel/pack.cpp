// SPDX-License-Identifier: MIT
#include <espalier/kernel/pack.hpp>

#include <doctest/doctest.h>

#include "blocks.hpp"

namespace {

template <class Scalar>
bool same_bits(const std::vector<Scalar>& a, const std::vector<Scalar>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Scalar)) == 0;
}

template <class Scalar, std::size_t Features>
void check() {
    CAPTURE(Features);
    for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x = blocks::values<Scalar>(rows * Features, 1);
        const auto expected = blocks::packed(x, rows, Features, blocks::padding::repeats_last_row);
        std::vector<Scalar> packed(expected.size(), blocks::poison<Scalar>);
        espalier::kernel::pack_rows<Scalar, Features>(x.data(), rows, packed.data());
        CHECK(same_bits(packed, expected));

        std::vector<Scalar> unpacked(x.size(), blocks::poison<Scalar>);
        espalier::kernel::unpack_rows<Scalar, Features>(packed.data(), rows, unpacked.data());
        CHECK(same_bits(unpacked, x));
    }
}

}  // namespace

TEST_CASE_TEMPLATE("rows are packed into blocks and back", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1>();
    check<Scalar, 2>();
    check<Scalar, 3>();
    check<Scalar, W - 1>();
    check<Scalar, W>();
    check<Scalar, W + 1>();
    check<Scalar, 3 * W + 5>();
    check<Scalar, 64>();
}
