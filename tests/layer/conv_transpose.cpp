// SPDX-License-Identifier: MIT
#include <espalier/layer/conv_transpose.hpp>

#include "image_vectors.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;
using image_vectors::check;
using layer::mismatch;

using doubling = layer::conv_transpose2d<3, 2, ep::stride<2>>;
static_assert(layer::BatchLayer<doubling> && std::is_empty_v<doubling>);
static_assert(doubling::output(shape<5, 4, 7>{}) == shape<3, 8, 14>{});
static_assert(doubling::parameters(shape<5, 4, 7>{})[0].shape == shape<5, 3, 2, 2>{});
static_assert(doubling::parameters(shape<5, 4, 7>{})[1].shape == shape<3>{});
static_assert(doubling::flops(shape<5, 4, 7>{}) == 2 * 5 * 4 * 7 * 3 * 4);

// output_padding chooses among the sizes that the strided convolution maps to one.
static_assert(layer::conv_transpose1d<1, 3, ep::stride<2>, ep::padding<1>>::output(shape<1, 4>{}) == shape<1, 7>{});
static_assert(layer::conv_transpose1d<1, 3, ep::stride<2>, ep::padding<1>, ep::output_padding<1>>::output(
                  shape<1, 4>{}) == shape<1, 8>{});

// Uneven padding takes as much from either end as it says.
static_assert(layer::conv_transpose1d<1, 3, ep::padding<2, 0>>::output(shape<1, 4>{}) == shape<1, 4>{});
static_assert(layer::conv_transpose1d<1, 3, ep::padding<0, 1>>::output(shape<1, 4>{}) == shape<1, 5>{});
static_assert(layer::conv_transpose2d<1, 3, ep::padding<0, 1, 2, 1>>::output(shape<1, 4, 5>{}) == shape<1, 4, 5>{});

static_assert(doubling::check(shape<5, 4>{}) == mismatch::needs_image);
static_assert(layer::conv_transpose1d<2, 3>::check(shape<5, 4, 7>{}) == mismatch::needs_signal);
static_assert(layer::conv_transpose1d<4, 3, ep::groups<2>>::check(shape<5, 4>{}) == mismatch::groups_do_not_divide);
static_assert(layer::conv_transpose1d<1, 2, ep::padding<1>>::check(shape<1, 1>{}) == mismatch::transpose_cut_away);

static_assert(layer::conv_transpose1d<1, 2, ep::same>::check(shape<1, 4>{}) == mismatch::transpose_arguments);
static_assert(layer::conv_transpose1d<1, 2, ep::output_padding<1>>::check(shape<1, 4>{}) ==
              mismatch::transpose_arguments);

}  // namespace

// PyTorch pads evenly: uneven padding is what an unpadded one gives, without its borders.
TEST_CASE("uneven padding of a transposed convolution cuts either end") {
    using whole = ep::network_t<(ep::input<2, 5> >> ep::conv_transpose1d<3, 4, ep::stride<2>>)>;
    using cut = ep::network_t<(ep::input<2, 5> >> ep::conv_transpose1d<3, 4, ep::stride<2>, ep::padding<3, 1>>)>;
    const auto of_whole = ep::initialize<whole>(ep::seed{1});
    ep::parameters<cut> of_cut;
    std::copy_n(of_whole.data(), of_whole.size(), of_cut.data());
    const xt::xtensor_fixed<float, xt::xshape<2, 5>> x{{1, -2, 3, 0.5f, 2}, {0.25f, 4, -1, 1, -3}};
    const auto all = ep::predict(of_whole, x);
    const auto inner = ep::predict(of_cut, x);
    REQUIRE(inner.shape(1) == all.shape(1) - 4);
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < inner.shape(1); ++i) CHECK(inner(c, i) == doctest::Approx(all(c, i + 3)));
}

TEST_CASE("transposed convolutions agree with PyTorch") {
    check<(ep::input<3, 4, 5> >> ep::conv_transpose2d<4, 3, 2>)>("transpose2d");
    check<(ep::input<2, 3, 5> >> ep::conv_transpose2d<3, 3, 2, ep::stride<2, 3>, ep::padding<1, 0>,
                                                      ep::output_padding<1, 2>, ep::dilation<2, 1>>)>(
        "transpose2d_options");
    check<(ep::input<4, 7> >> ep::conv_transpose1d<6, 4, ep::stride<2>, ep::padding<1>, ep::groups<2>, ep::no_bias>)>(
        "transpose1d_groups");
    check<(ep::input<3, 7> >>
           ep::conv_transpose1d<5, 3, ep::stride<2>, ep::padding<1>, ep::output_padding<1>, ep::dilation<3>>)>(
        "transpose1d_dilated");
    check<(ep::input<3, 5, 3> >> ep::conv_transpose2d<3, 2, 3, ep::stride<1, 2>, ep::groups<3>>)>(
        "transpose2d_depthwise");
}
