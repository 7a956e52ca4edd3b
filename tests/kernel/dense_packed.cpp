// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_packed.hpp>

#include "single_recorder.hpp"

namespace {

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    constexpr std::size_t size = espalier::kernel::packed_dense_size<Scalar, In, Out>, guard = 64 / sizeof(Scalar);
    single::check<Scalar, In, Out>([](const Scalar* weight, auto bias, const Scalar* x, auto& epilogue) {
        std::vector<Scalar> memory(size + 2 * guard, blocks::poison<Scalar>);
        Scalar* packed = memory.data();
        while (reinterpret_cast<std::uintptr_t>(packed) % espalier::alignment != 0) ++packed;
        espalier::kernel::pack_dense<Scalar, In, Out>(weight, bias, packed);
        CHECK(std::none_of(packed, packed + size, [](Scalar each) { return std::isnan(each); }));
        CHECK(std::isnan(packed[size]));
        espalier::kernel::dense_packed<Scalar, In, Out>(packed, x, epilogue);
    });
}

}  // namespace

TEST_CASE_TEMPLATE("z = W x + b for one sample from a packed W agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, 3, 7>();
    check<Scalar, 4, 2 * W>();
    check<Scalar, W - 1, W - 1>();
    check<Scalar, W, W>();
    check<Scalar, W + 1, W + 1>();
    check<Scalar, 64, 8>();
    check<Scalar, 5 * W + 3, 1>();
    check<Scalar, 13, 3 * W + 1>();
    check<Scalar, 6, 8 * W>();
    check<Scalar, 5, 8 * W + 1>();  // strips of five and of four vectors
    check<Scalar, 2 * W + 5, 17 * W - 3>();
    check<Scalar, 784, 10>();
}
