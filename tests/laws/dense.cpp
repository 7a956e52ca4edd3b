// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("one layer", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<5> >> ep::dense<3>)>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("two operations in a row, the last with an activation", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<12> >> ep::dense<7> >> ep::dense<2, ep::no_bias> >> ep::tanh)>, Scalar>(
        ep::huber<0.5>);
}

TEST_CASE_TEMPLATE("layers wider than a register, labels", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<35> >> ep::dense<33, ep::no_bias> >> ep::relu >> ep::dense<10>)>, Scalar>(
        ep::losses::softmax_cross_entropy{.label_smoothing = 0.1});
}

TEST_CASE_TEMPLATE("one output behind a sigmoid", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<1> >> ep::dense<1> >> ep::sigmoid)>, Scalar>(ep::mae);
}
