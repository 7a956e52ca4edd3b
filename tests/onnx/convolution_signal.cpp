// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;
using ep::conv1d, ep::dilation, ep::groups, ep::padding, ep::stride;

TEST_CASE("convolutions of signals of ONNX") {
    const auto of = [](const char* name) { return std::string("pytorch-converted/") + name; };
    std::vector<network_case> cases;
    cases.push_back(by<(ep::input<4, 10> >> conv1d<5, 3>)>(of("Conv1d")));
    cases.push_back(by<(ep::input<4, 10> >> conv1d<5, 3, dilation<2>>), true>(of("Conv1d_dilated")));
    cases.push_back(by<(ep::input<4, 6> >> conv1d<6, 3, groups<2>>)>(of("Conv1d_groups")));
    cases.push_back(by<(ep::input<4, 10> >> conv1d<5, 3, padding<1>>)>(of("Conv1d_pad1")));
    cases.push_back(by<(ep::input<4, 1> >> conv1d<4, 3, padding<1>>)>(of("Conv1d_pad1size1")));
    cases.push_back(by<(ep::input<4, 10> >> conv1d<5, 5, padding<2>>)>(of("Conv1d_pad2")));
    cases.push_back(by<(ep::input<4, 1> >> conv1d<4, 5, padding<2>>)>(of("Conv1d_pad2size1")));
    cases.push_back(by<(ep::input<4, 10> >> conv1d<5, 3, stride<2>>)>(of("Conv1d_stride")));
    check_operators("convolutions of signals", {"Conv"}, {}, cases, {},
                    [](const std::string& name) { return name.starts_with("pytorch-converted/Conv1d"); });
}
