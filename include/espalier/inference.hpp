// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <espalier/run/single.hpp>
#include <espalier/run/stream.hpp>
#include <espalier/topology/dsl.hpp>

/// Networks that only predict, for programs without a heap, exceptions, run-time types or streams: compiles with
/// -fno-exceptions -fno-rtti, and needs neither xtensor nor Boost.
namespace espalier {

/// The network's output for one sample, x [input size] → y [output size], row-major. The parameters are a flat vector
/// of parameter_size<Net, Scalar>, aligned to 64 bytes, as parameters<Net, Scalar>::data() and io::save_header have
/// it. Memory is taken from the stack alone.
template <Network Net, class Scalar>
void predict(const Scalar* parameters, const Scalar* x, Scalar* y) {
    static_assert(well_formed<Net>);
    detail::single_pass<flat_network<Net>, Scalar>(parameters).run(x, y);
}

/// The same on arrays, whose sizes are checked: `ep::predict<Digits>(digits_weights, image)`.
template <Network Net, class Scalar, std::size_t Size, std::size_t Inputs>
std::array<Scalar, output_size<Net>> predict(const Scalar (&parameters)[Size], const std::array<Scalar, Inputs>& x) {
    static_assert(Size == parameter_size<Net, Scalar>, "these parameters are not of this network and scalar");
    static_assert(Inputs == input_size<Net>, "x has as many elements as the network's input");
    std::array<Scalar, output_size<Net>> y;
    predict<Net>(static_cast<const Scalar*>(parameters), x.data(), y.data());
    return y;
}

}  // namespace espalier
