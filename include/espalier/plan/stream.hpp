// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <espalier/plan/parameters.hpp>

/// What becomes of a network whose time steps come one at a time: the same list, each layer as when_streamed says,
/// with the same parameters; and where lies what the layers keep between steps.
namespace espalier::detail {

template <class Net>
struct streamed;
template <class... Layers>
struct streamed<network<Layers...>> {
    using type = network<layer::when_streamed<Layers>...>;
};

/// Net's layers for one time step: [channels][1] → [channels][1].
template <class Net>
using streamed_network = typename streamed<flat_network<Net>>::type;

/// As verdict_on, of the stream of a well-formed network; the layer and its input are shown as the network has them.
template <class Net>
constexpr auto verdict_on_stream() {
    using namespace diagnostics;
    using step = streamed_network<Net>;
    constexpr mismatch problem = inference<step>::value.problem;
    constexpr std::size_t at = inference<step>::value.first_mismatch;
    if constexpr (inference<flat_network<Net>>::value.problem != mismatch::none)
        return verdict_on<Net>();
    else if constexpr (problem == mismatch::none)
        return verdict_on<step>();
    else if constexpr (at == 0)
        return std::type_identity<
            verdict<problem, at_layer<0>, layer_at<Net, 0>, receives<typename shapes_of_layer<Net, 0>::output_type>>>{};
    else
        return std::type_identity<verdict<problem, at_layer<layer_number<Net>(at)>, layer_at<Net, at>,
                                          receives<typename shapes_of_layer<Net, at>::input_type>>>{};
}
template <class Net>
using verdict_of_stream = typename decltype(verdict_on_stream<Net>())::type;

template <class Net>
inline constexpr bool can_stream = inference<flat_network<Net>>::value.problem == layer::mismatch::none &&
                                   inference<streamed_network<Net>>::value.problem == layer::mismatch::none;

/// The steps by which a stream's output is behind its input: those by which windows become shorter. Branches that
/// meet have the same, since their shapes meet.
template <class Net>
constexpr std::size_t stream_delay() {
    constexpr extents in = input_shape<Net>, out = output_shape<Net>;
    return in.rank == 2 && out.rank == 2 && in.extent[1] >= out.extent[1] ? in.extent[1] - out.extent[1] : 0;
}

template <class Operation, extents Input, class Scalar>
constexpr std::size_t stream_bytes() {
    if constexpr (requires { Operation::template stream_bytes<Input, Scalar>(); })
        return Operation::template stream_bytes<Input, Scalar>();
    else
        return 0;
}

/// Offsets of what each stage's operation keeps, and the end; all zero where the network is no stream's.
template <class Net, class Scalar>
inline constexpr auto stream_offsets = []<std::size_t... S>(std::index_sequence<S...>) {
    const auto bytes = []<std::size_t Stage>(std::integral_constant<std::size_t, Stage>) -> std::size_t {
        if constexpr (stages<Net>[Stage].is == stage_kind::layer)
            return stream_bytes<stage_operation<Net, Stage>,
                                inference<Net>::value.layers[stages<Net>[Stage].operation].input, Scalar>();
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
