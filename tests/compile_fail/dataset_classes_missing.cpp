// SPDX-License-Identifier: MIT
// expect: labels take the number of classes
#include <espalier/espalier.hpp>

namespace ep = espalier;

const xt::xtensor<float, 2> x{{0, 1}, {1, 0}};
const xt::xtensor<int, 1> labels{0, 1};

#ifdef WRONG
const ep::dataset set{x, labels};
#else
const ep::dataset set{x, labels, 10};
#endif
