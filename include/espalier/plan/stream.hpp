// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

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

/// Why a network does not stream; the layer and what it receives are shown as the network has them.
template <class Net>
struct stream_findings {
    using mismatch = espalier::layer::mismatch;
    static constexpr auto& inferred = inference<streamed_network<Net>>::value;
    static constexpr std::size_t at = inferred.first_mismatch < layer_count<Net> ? inferred.first_mismatch : 0;

    /// The reason; whatever else a layer's own step refuses, it cannot take one step at a time.
    static constexpr mismatch problem = [] {
        using enum espalier::layer::mismatch;
        for (const mismatch known : {none, needs_time, looks_ahead, skips_steps})
            if (inferred.problem == known) return known;
        return needs_window;
    }();
    /// at_layer<…> if this is what is wrong, else void.
    template <mismatch Problem>
    using where = std::conditional_t<problem == Problem, diagnostics::at_layer<layer_number<Net>(at)>, void>;
    using layer = layer_at<Net, at>;
    using receives = diagnostics::receives<std::conditional_t<at == 0, typename shapes_of_layer<Net, at>::output_type,
                                                              typename shapes_of_layer<Net, at>::input_type>>;
};

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
