// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/plan/requirements.hpp>

/// Floating-point operations of the products, a multiply-add counted as two; biases, activations, the loss and the
/// update are not counted.
namespace espalier {

namespace detail {

/// Of one product of stage S on one sample; 0 where the operation does not tell.
template <class Net, std::size_t S>
constexpr std::size_t product_flops() {
    if constexpr (stages<Net>[S].is == stage_kind::layer) {
        using operation = stage_operation<Net, S>;
        constexpr extents input = inference<Net>::value.layers[stages<Net>[S].operation].input;
        if constexpr (requires { operation::flops(input); }) return operation::flops(input);
    }
    return 0;
}

template <class Net, request Wanted>
constexpr std::size_t backward_products(std::size_t s) {
    return std::size_t{duties<Net, Wanted>[s].parameter_gradient} + std::size_t{duties<Net, Wanted>[s].input_gradient};
}

}  // namespace detail

/// Of a forward pass, for one sample.
template <Network Net>
inline constexpr std::size_t forward_flops = []<std::size_t... S>(std::index_sequence<S...>) {
    std::size_t sum = 0;
    for (const std::size_t each : {detail::product_flops<flat_network<Net>, S>()...}) sum += each;
    return sum;
}(std::make_index_sequence<stage_count<Net>>{});

/// Of the backward products that a step with the wanted gradients really computes, for one sample.
template <Network Net, request Wanted = request::parameters>
inline constexpr std::size_t backward_flops = []<std::size_t... S>(std::index_sequence<S...>) {
    std::size_t sum = 0;
    std::size_t s = 0;
    for (const std::size_t each : {detail::product_flops<flat_network<Net>, S>()...})
        sum += each * detail::backward_products<flat_network<Net>, Wanted>(s++);
    return sum;
}(std::make_index_sequence<stage_count<Net>>{});

}  // namespace espalier
