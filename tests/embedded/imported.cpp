// SPDX-License-Identifier: MIT
// A network that espalier-import has written with its weights as constants, for a program without a heap.
#include <constant_images.hpp>

#include <cstdio>

int main() {
    static_assert(sizeof(constant_images::parameters) == 1);  // it holds nothing
    std::array<float, 2 * 8 * 9> x{};
    x[40] = 1;
    const std::array<float, 4> y = espalier::predict<constant_images::Network>(constant_images::weights, x);
    for (const float each : y) std::printf("%g\n", static_cast<double>(each));
}
