// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <espalier/core/lanes.hpp>
#include <espalier/plan/stages.hpp>

namespace espalier::detail {

/// Offsets in bytes of what each stage's operation keeps beside its parameters, each on a cache line, and the end:
/// Bytes{}.of<Operation, Input>() says how much.
template <class Net, class Bytes>
inline constexpr auto stage_offsets = []<std::size_t... S>(std::index_sequence<S...>) {
    const auto bytes = []<std::size_t Stage>(std::integral_constant<std::size_t, Stage>) -> std::size_t {
        if constexpr (stages<Net>[Stage].is == stage_kind::layer)
            return Bytes::template of<stage_operation<Net, Stage>,
                                      inference<Net>::value.layers[stages<Net>[Stage].operation].input>();
        else
            return 0;
    };
    const std::size_t sizes[] = {bytes(std::integral_constant<std::size_t, S>{})...};
    std::array<std::size_t, sizeof...(S) + 1> offsets{};
    for (std::size_t s = 0; s < sizeof...(S); ++s)
        offsets[s + 1] = offsets[s] + (sizes[s] + alignment - 1) / alignment * alignment;
    return offsets;
}(std::make_index_sequence<stage_count<Net>>{});

}  // namespace espalier::detail
