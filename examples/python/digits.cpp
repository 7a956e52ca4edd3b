// SPDX-License-Identifier: MIT
// The classifier of handwritten digits as a Python module; train.py trains it. Without CMake, in one line:
//     g++ -std=c++20 -O3 -march=native -shared -fPIC -fvisibility=hidden -Iinclude $(python3-config --includes)
//         examples/python/digits.cpp -o digits$(python3-config --extension-suffix)
#include <espalier/espalier.hpp>
#include <espalier/io/python.hpp>

namespace ep = espalier;

constexpr auto digits =
    ep::input<8, 8> >> ep::flatten >> ep::dense<128> >> ep::relu >> ep::dropout<0.3> >> ep::dense<10>;

ESPALIER_PYTHON_MODULE(digits, ep::network_t<::digits>)
