// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;
using ep::conv_transpose1d, ep::conv_transpose2d;
using ep::dilation, ep::no_bias, ep::output_padding, ep::padding, ep::stride;

TEST_CASE("transposed convolutions of ONNX") {
    std::vector<network_case> cases;
    cases.push_back(by<(ep::input<1, 3, 3> >> conv_transpose2d<2, 3, no_bias>), true>("node/convtranspose"));
    cases.push_back(by<(ep::input<1, 3> >> conv_transpose1d<2, 3, no_bias>)>("node/convtranspose_1d"));
    cases.push_back(by<(ep::input<1, 3, 3> >> conv_transpose2d<2, 3, no_bias, stride<2>, padding<0, 0, 1, 1>>)>(
        "node/convtranspose_autopad_same"));
    cases.push_back(
        by<(ep::input<1, 3, 3> >> conv_transpose2d<1, 2, no_bias, dilation<2>>)>("node/convtranspose_dilations"));
    add(cases,
        by<(ep::input<1, 3, 3> >> conv_transpose2d<2, 3, no_bias, stride<3, 2>, output_padding<1>>), true>(
            "node/convtranspose_kernel_shape"),
        {"node/convtranspose_output_shape", "node/convtranspose_pad", "node/convtranspose_with_kernel"});
    cases.push_back(by<(ep::input<1, 3, 3> >> conv_transpose2d<2, 3, no_bias, stride<3, 2>, padding<1, 2>>)>(
        "node/convtranspose_pads"));
    cases.push_back(by<(ep::input<3, 7, 6> >> conv_transpose2d<4, 3, stride<3, 2>, padding<1>, output_padding<1>>)>(
        "pytorch-converted/ConvTranspose2d"));
    cases.push_back(
        by<(ep::input<3, 6, 7> >> conv_transpose2d<4, 3, no_bias, stride<2, 3>, padding<1>, output_padding<1>>)>(
            "pytorch-converted/ConvTranspose2d_no_bias"));
    check_operators("transposed convolutions", {"ConvTranspose"}, {}, cases,
                    {{"node/convtranspose_3d", "three axes: convolutions have one or two"}});
}
