// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <espalier/declare.hpp>

/// A network that small.cpp compiles, and what the library's own functions say about it.
namespace small {

namespace ep = espalier;

constexpr auto net = ep::input<6> >> ep::dense<8> >> ep::tanh >> ep::dense<3>;
using Net = ep::network_t<net>;

using Classifier = ep::compiled<Net, ep::losses::softmax_cross_entropy, 32, ep::adam>;
using Regressor = ep::compiled<Net, ep::losses::mse, 16>;

struct outcome {
    float loss;
    std::vector<float> gradient;
};

namespace directly {

std::vector<float> initialize(ep::seed from);
std::vector<float> predict(const ep::parameters<Net>& at, const std::vector<float>& x);
outcome value_and_gradient(const ep::parameters<Net>& at, const std::vector<float>& x,
                           const std::vector<std::int32_t>& labels);
outcome value_and_gradient(const ep::parameters<Net>& at, const std::vector<float>& x,
                           const std::vector<float>& values);
double fit(ep::parameters<Net>& at, const std::vector<float>& x, const std::vector<std::int32_t>& labels,
           const ep::adam& rule, std::size_t epochs);

}  // namespace directly
}  // namespace small

ESPALIER_DECLARE(small::Net, espalier::losses::softmax_cross_entropy, 32, espalier::adam);
ESPALIER_DECLARE(small::Net, espalier::losses::mse, 16);
