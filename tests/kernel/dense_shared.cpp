// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_shared.hpp>

#include <doctest/doctest.h>

#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/dense_input_gradient.hpp>

#include "blocks.hpp"

namespace {

namespace kernel = espalier::kernel;

template <class Scalar>
bool same(const std::vector<Scalar>& a, const std::vector<Scalar>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](Scalar x, Scalar y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    CAPTURE(In);
    CAPTURE(Out);
    static_assert(kernel::is_shareable<Scalar, In, Out>);
    constexpr std::size_t tallest = kernel::tallest_tile(2);
    constexpr std::size_t outputs = kernel::even_part<Out, tallest>, inputs = kernel::even_part<In, tallest>;
    const auto weight = blocks::values<Scalar>(In * Out, 1), bias = blocks::values<Scalar>(Out, 2);
    for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x =
            blocks::packed(blocks::values<Scalar>(rows * In, 3), rows, In, blocks::padding::repeats_last_row);
        const auto delta = blocks::packed(blocks::values<Scalar>(rows * Out, 4), rows, Out, blocks::padding::zero);

        blocks::recorder<Scalar, Out> z(rows), shared_z(rows);
        kernel::dense_forward<Scalar, In, Out>(weight.data(), bias.data(), x.data(), rows, z);
        kernel::shared_dense_forward<outputs>(In, Out, weight.data(), bias.data(), x.data(), rows, shared_z);
        CHECK(shared_z.complete(rows));
        CHECK(same(z.blocks, shared_z.blocks));

        blocks::recorder<Scalar, In> arriving(rows), shared_arriving(rows), copied(rows);
        std::vector<Scalar> scratch(kernel::detail::copied_columns<Scalar> * Out, blocks::poison<Scalar>);
        kernel::dense_input_gradient<Scalar, In, Out>(weight.data(), delta.data(), rows, scratch.data(), arriving);
        kernel::shared_dense_input_gradient<inputs>(In, Out, weight.data(), delta.data(), rows, false,
                                                    static_cast<Scalar*>(nullptr), shared_arriving);
        kernel::shared_dense_input_gradient<inputs>(In, Out, weight.data(), delta.data(), rows, true, scratch.data(),
                                                    copied);
        CHECK(shared_arriving.complete(rows));
        CHECK(same(arriving.blocks, shared_arriving.blocks));
        CHECK(same(arriving.blocks, copied.blocks));

        std::vector<Scalar> panel(kernel::dense_weight_gradient_scratch<Scalar, In, Out>(rows));
        std::vector<Scalar> gradient(In * Out, blocks::poison<Scalar>), shared_gradient = gradient;
        kernel::dense_weight_gradient<Scalar, In, Out>(delta.data(), x.data(), rows, panel.data(), gradient.data());
        kernel::shared_dense_weight_gradient<outputs>(In, Out, delta.data(), x.data(), rows, panel.data(),
                                                      shared_gradient.data());
        CHECK(same(gradient, shared_gradient));
    }
}

}  // namespace

TEST_CASE("kernels of run-time extents give the bits of those of fixed extents") {
    constexpr std::size_t W = blocks::width<float>;
    check<float, 2 * W + 1, 35>();
    check<float, 2 * W + W / 4, 29>();
    check<double, 4 * blocks::width<double> - 1, 35>();
}
