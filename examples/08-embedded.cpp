// SPDX-License-Identifier: MIT
// A network in read-only memory: no file, no heap, no exceptions, no streams. Its numbers are constants in a header
// that io::save_header has written (93.9 % of the test digits; trained as in 02-digits.cpp).
//
//     g++ -std=c++20 -Os -fno-exceptions -fno-rtti -Iinclude -c examples/08-embedded.cpp
//
// gives an object that asks the linker for nothing but puts and printf of main; tests/embedded/check.sh holds it to
// that, and prints the sizes of code and data.
#include "08-embedded-weights.hpp"

#include <espalier/inference.hpp>
#include <espalier/io/fingerprint.hpp>

#include <cstdint>
#include <cstdio>

namespace ep = espalier;

namespace {

constexpr auto digits = ep::input<64> >> ep::dense<16> >> ep::relu >> ep::dense<10>;
using Digits = ep::network_t<digits>;
static_assert(ep::io::fingerprint<Digits> == digit_weights_fingerprint, "the constants are of another network");

/// The digit that the network sees in 8 x 8 grey values from 0 to 16.
unsigned classify(const std::uint8_t (&image)[64]) {
    std::array<float, 64> x;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = image[i];
    const std::array<float, 10> scores = ep::predict<Digits>(digit_weights, x);
    unsigned best = 0;
    for (unsigned digit = 1; digit < scores.size(); ++digit)
        if (scores[digit] > scores[best]) best = digit;
    return best;
}

// The first of the test images that is a 3.
constexpr std::uint8_t three[64] = {
    0, 0, 9,  16, 13, 6,  0,  0,  //
    0, 0, 6,  5,  16, 16, 0,  0,  //
    0, 0, 0,  8,  15, 5,  0,  0,  //
    0, 0, 0,  5,  14, 3,  0,  0,  //
    0, 0, 0,  0,  9,  15, 2,  0,  //
    0, 0, 0,  0,  0,  11, 12, 0,  //
    0, 0, 4,  8,  11, 15, 12, 0,  //
    0, 0, 11, 14, 12, 8,  0,  0,  //
};

}  // namespace

int main() {
    for (std::size_t row = 0; row < 8; ++row) {
        char line[9] = {};
        for (std::size_t column = 0; column < 8; ++column) line[column] = " .:-=+*#@"[three[8 * row + column] / 2];
        std::puts(line);
    }
    const unsigned seen = classify(three);
    std::printf("The network sees a %u\n", seen);
    return seen == 3 ? 0 : 1;
}
