// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/run/parameters.hpp>
#include <espalier/topology/dsl.hpp>

/// The network of reference/weights.py.
inline constexpr auto small = espalier::input<5> >> espalier::dense<4> >> espalier::prelu<> >> espalier::dropout<0.5> >>
                              espalier::dense<3, espalier::no_bias> >> espalier::tanh >> espalier::dense<2>;
using Small = espalier::network_t<small>;

template <class Scalar = float>
using small_parameters = espalier::parameters<Small, Scalar>;

/// Names and shapes as PyTorch gives them.
inline const std::vector<std::pair<std::string, std::vector<std::size_t>>> small_tensors{
    {"0.weight", {4, 5}}, {"0.bias", {4}},      {"1.weight", {1}},
    {"3.weight", {3, 4}}, {"5.weight", {2, 3}}, {"5.bias", {2}}};

template <class Left, class Right>
bool same_bits(const Left& left, const Right& right) {
    if (left.size() == 0 || right.size() == 0) return left.size() == right.size();  // memcmp takes no null pointer
    return left.size() == right.size() &&
           std::memcmp(left.data(), right.data(), left.size() * sizeof(*left.data())) == 0;
}
