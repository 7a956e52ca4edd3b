// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;

namespace {

/// pad adds zeros: another number is subtracted before and added behind.
template <auto Minus, auto Pad, auto Plus>
inline constexpr auto padded = Minus >> Pad >> Plus;
constexpr auto minus_1_2 = ep::activation([](auto z) { return z - 1.2; });
constexpr auto plus_1_2 = ep::activation([](auto z) { return z + 1.2; });
constexpr auto minus_2 = ep::activation([](auto z) { return z - 2; });
constexpr auto plus_2 = ep::activation([](auto z) { return z + 2; });

}  // namespace

TEST_CASE("views, padding and resizing of ONNX") {
    std::vector<network_case> cases;
    add(cases, by<(ep::input<2, 3, 4, 5> >> ep::flatten)>("node/flatten_axis0"), {"node/flatten_negative_axis4"});
    add(cases, by<(ep::input<3, 4, 5> >> ep::flatten)>("node/flatten_axis1"), {"node/flatten_negative_axis3"});
    add(cases, by<(ep::input<4, 5> >> ep::flatten)>("node/flatten_axis2"), {"node/flatten_negative_axis2"});
    add(cases, by<(ep::input<5> >> ep::flatten)>("node/flatten_axis3"), {"node/flatten_negative_axis1"});
    cases.push_back(by<(ep::input<4, 3, 2> >> ep::flatten)>("node/flatten_default_axis"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<2, 3, 2, 2>)>("node/reshape_extended_dims"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<2, 6, 2>)>("node/reshape_negative_dim"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<1, 2, 3, 4>)>("node/reshape_negative_extended_dims"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<24>)>("node/reshape_one_dim"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<2, 12>)>("node/reshape_reduced_dims"));
    cases.push_back(by<(ep::input<2, 3, 4> >> ep::reshape<4, 2, 3>)>("node/reshape_reordered_all_dims"));
    cases.push_back(by<(ep::input<3, 4> >> ep::reshape<4, 3>)>("node/reshape_reordered_last_dims"));
    cases.push_back(by<(ep::input<3, 4> >> ep::reshape<3, 1, 4>)>("node/reshape_zero_and_negative_dim"));
    cases.push_back(by<(ep::input<3, 4> >> ep::reshape<3, 4, 1>)>("node/reshape_zero_dim"));
    cases.push_back(by<(ep::input<3, 4, 5> >> padded<minus_1_2, ep::pad<3, 4, 1, 2>, plus_1_2>)>("node/constant_pad"));
    cases.push_back(
        by<(ep::input<3, 4, 4> >> padded<minus_2, ep::pad<1, 2, 3, 4>, plus_2>)>("pytorch-converted/ConstantPad2d"));
    cases.push_back(by<(ep::input<3, 4, 4> >> ep::pad<1, 2, 3, 4>), true>("pytorch-converted/ZeroPad2d"));
    add(cases, by<(ep::input<1, 2, 2> >> ep::upsample<2, 3>)>("node/upsample_nearest"),
        {"node/resize_upsample_scales_nearest"});
    // Along the first axis: the whole tensor is one sample of one channel.
    cases.push_back(by<(ep::input<1, 20, 50> >> ep::crop<0, 0, 0, 17>)>("node/slice"));
    cases.push_back(by<(ep::input<1, 10, 5> >> ep::crop<0, 0, 0, 1>), true>("node/slice_neg"));
    cases.push_back(by<(ep::input<1, 10, 5> >> ep::crop<0, 0, 1, 0>), true>("node/slice_end_out_of_bounds"));
    add(cases, by<(ep::input<1, 10, 5> >> ep::crop<3, 1>), true>("node/slice_default_axes"),
        {"node/slice_default_steps", "node/slice_negative_axes"});
    cases.push_back(by<(ep::input<1, 3, 4, 5> >> ep::reshape<3, 4, 5>)>("node/squeeze"));
    cases.push_back(by<(ep::input<1, 3, 1, 5> >> ep::reshape<1, 3, 5>)>("node/squeeze_negative_axes"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::reshape<1, 3, 4, 5>)>("node/unsqueeze_axis_0"));
    cases.push_back(by<(ep::input<4, 5> >> ep::reshape<1, 4, 5>)>("node/unsqueeze_axis_1"));
    cases.push_back(by<(ep::input<4, 5> >> ep::reshape<4, 1, 5>)>("node/unsqueeze_axis_2"));
    cases.push_back(by<(ep::input<4, 5> >> ep::reshape<4, 5, 1>)>("node/unsqueeze_axis_3"));
    cases.push_back(by<(ep::input<3, 1, 5> >> ep::reshape<3, 1, 1, 5>)>("node/unsqueeze_negative_axes"));
    cases.push_back(by<(ep::input<4, 5> >> ep::reshape<1, 4, 5, 1>)>("node/unsqueeze_two_axes"));
    add(cases, by<(ep::input<4, 5> >> ep::reshape<4, 1, 5, 1, 1>)>("node/unsqueeze_three_axes"),
        {"node/unsqueeze_unsorted_axes"});
    check_operators("views", {"Flatten", "Reshape", "Pad", "Resize", "Upsample", "Slice", "Squeeze", "Unsqueeze"},
                    {"Constant"}, cases,
                    {{"node/reshape_allowzero_reordered", "no elements"},
                     {"node/slice_neg_steps", "crop leaves no element between out"},
                     {"node/slice_start_out_of_bounds", "no elements"},
                     {"node/edge_pad", "pad adds one number"},
                     {"node/reflect_pad", "pad adds one number"},
                     {"pytorch-converted/Reflection", "pad adds one number"},
                     {"pytorch-converted/Replication", "pad adds one number"},
                     {"node/resize_downsample", "upsample repeats by whole factors"},
                     {"node/resize_tf", "upsample repeats by whole factors"},
                     {"node/resize_upsample_scales_cubic", "upsample repeats by whole factors"},
                     {"node/resize_upsample_scales_linear", "upsample repeats by whole factors"},
                     {"node/resize_upsample_sizes", "upsample repeats by whole factors"}});
}
