// SPDX-License-Identifier: MIT
// expect: the labels of a dataset are integers or bool: cast them first
#include <espalier/espalier.hpp>

namespace ep = espalier;

void digits(const xt::xtensor<std::uint8_t, 3>& images, const xt::xtensor<std::uint8_t, 1>& labels) {
#ifdef WRONG
    const ep::dataset set{images / 255.0f, labels / 2.0f, 10};
#else
    const ep::dataset set{images / 255.0f, labels, 10};
#endif
    static_cast<void>(set.rows());
}
