// SPDX-License-Identifier: MIT
#include <espalier/layer/pool.hpp>

#include <espalier/plan/plan.hpp>

#include "image_vectors.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;
using image_vectors::check;
using layer::mismatch;

// A window steps by itself; what is left over at the end is dropped. Signals have one axis.
static_assert(layer::max_pool<2>::output(shape<3, 7, 4>{}) == shape<3, 3, 2>{});
static_assert(layer::max_pool<2>::output(shape<3, 7>{}) == shape<3, 3>{});
static_assert(layer::max_pool<3, 2>::output(shape<3, 7, 4>{}) == shape<3, 2, 2>{});
static_assert(layer::average_pool<3, ep::stride<2>, ep::padding<1>>::output(shape<1, 7, 8>{}) == shape<1, 4, 4>{});
static_assert(layer::average_pool<3, ep::same, ep::stride<1>>::output(shape<1, 7, 8>{}) == shape<1, 7, 8>{});
static_assert(layer::adaptive_average_pool<2>::output(shape<3, 4, 8>{}) == shape<3, 2, 2>{});
static_assert(layer::adaptive_average_pool<2, 4>::output(shape<3, 4, 8>{}) == shape<3, 2, 4>{});
static_assert(layer::adaptive_average_pool<2>::output(shape<3, 8>{}) == shape<3, 2>{});
static_assert(layer::global_average_pool::output(shape<3, 4, 8>{}) == shape<3>{});
static_assert(layer::global_average_pool::output(shape<3, 8>{}) == shape<3>{});

static_assert(layer::max_pool<2>::check(shape<4>{}) == mismatch::needs_channels);
static_assert(layer::max_pool<2, 3>::check(shape<4, 9>{}) == mismatch::needs_channels);
static_assert(layer::max_pool<5>::check(shape<1, 9, 4>{}) == mismatch::window_exceeds_input);
static_assert(layer::max_pool<17>::check(shape<1, 32, 32>{}) == mismatch::pool_too_large);
static_assert(layer::max_pool<256>::check(shape<1, 300>{}) == mismatch::none, "a signal's window has one axis");
static_assert(layer::max_pool<2, ep::exclude_padding>::check(shape<1, 9, 4>{}) == mismatch::pool_arguments);
static_assert(layer::average_pool<2, ep::exclude_padding>::check(shape<1, 9, 4>{}) == mismatch::none);
static_assert(layer::average_pool<2, 3, ep::no_bias>::check(shape<1, 9, 4>{}) == mismatch::pool_arguments);
static_assert(layer::adaptive_average_pool<2>::check(shape<1, 9, 4>{}) == mismatch::pieces_do_not_divide);
static_assert(layer::adaptive_average_pool<8>::check(shape<1, 4, 4>{}) == mismatch::pieces_do_not_divide);
static_assert(layer::global_average_pool::check(shape<4>{}) == mismatch::needs_channels);

// The largest element's place is a byte: nothing else is kept, of a pool behind no activation.
using pooled = ep::network_t<(ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::max_pool<2>)>;
constexpr std::size_t samples = 2 * ep::block_lanes<float>;
static_assert(ep::plan<pooled, samples>::stored_bytes == samples * layer::max_pool<2>::output(shape<4, 6, 6>{}).size());

}  // namespace

TEST_CASE("max pools agree with PyTorch") {
    check<(ep::input<2, 7, 5> >> ep::prelu<> >> ep::max_pool<2>)>("max_pool_odd");
    check<(ep::input<2, 7, 9> >> ep::prelu<> >> ep::max_pool<3, ep::stride<2>, ep::padding<1>>)>(
        "max_pool_overlapping");
    check<(ep::input<2, 11> >> ep::prelu<> >> ep::max_pool<3, ep::stride<2>>)>("max_pool_signal");
    check<(ep::input<2, 7, 9> >> ep::prelu<> >> ep::max_pool<3, 4, ep::stride<2, 3>, ep::padding<1, 2>>)>(
        "max_pool_rectangle");
}
