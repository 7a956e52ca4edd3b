// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_single.hpp>

#include "single_recorder.hpp"

namespace {

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    single::check<Scalar, In, Out>([](const Scalar* weight, auto bias, const Scalar* x, auto& epilogue) {
        espalier::kernel::dense_single<Scalar, In, Out>(weight, bias, x, epilogue);
    });
}

}  // namespace

TEST_CASE_TEMPLATE("z = W x + b for one sample agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, 3, 7>();
    check<Scalar, 4, 2 * W>();
    check<Scalar, W - 1, W - 1>();
    check<Scalar, W, W>();
    check<Scalar, W + 1, W + 1>();
    check<Scalar, 64, 8>();
    check<Scalar, 5 * W + 3, 1>();
    check<Scalar, 2 * W + 5, 2 * W + 3>();
    check<Scalar, 784, 10>();
    check<Scalar, 8 * W + 3, 2 * 64 * 1024 / (8 * W * sizeof(Scalar)) + 1>();  // beyond the first-level cache
    check<Scalar, 2 * W, 64 * 1024 / (2 * W * sizeof(Scalar)) + 5>();
}
