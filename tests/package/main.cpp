// SPDX-License-Identifier: MIT
#include <iostream>

#include <espalier/core/shape.hpp>
#include <espalier/core/simd.hpp>
#include <espalier/core/storage.hpp>

namespace ep = espalier;

int main() {
    constexpr std::size_t width = ep::simd_width<float>;
    ep::storage::in_place<float, ep::shape<2, width>::size> values;
    ep::store(values.data(), ep::simd<float>(1.5f));
    const bool right = values.data()[width - 1] == 1.5f && values.data()[width] == 0.0f;
    std::cout << "consumer: " << width << " floats a register\n";
    return right ? 0 : 1;
}
