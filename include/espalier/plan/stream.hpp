// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <espalier/plan/parameters.hpp>
#include <espalier/plan/stage_offsets.hpp>

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
        if (inference<Net>::value.problem != none) return none;  // which is told without a stream
        for (const mismatch known : {none, needs_time, looks_ahead, runs_ahead, skips_steps})
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

/// The steps by which the output of a part is behind its input: those by which windows become shorter. Branches that
/// meet have the same, since their shapes meet.
constexpr std::size_t stream_delay(const extents& in, const extents& out) {
    return in.rank == 2 && out.rank == 2 && in.extent[1] >= out.extent[1] ? in.extent[1] - out.extent[1] : 0;
}
template <class Net>
constexpr std::size_t stream_delay() {
    return stream_delay(input_shape<Net>, output_shape<Net>);
}

/// Of what an operation keeps between steps.
template <class Scalar>
struct stream_bytes {
    template <class Operation, extents Input>
    static constexpr std::size_t of() {
        if constexpr (requires { Operation::template stream_bytes<Input, Scalar>(); })
            return Operation::template stream_bytes<Input, Scalar>();
        else
            return 0;
    }
};

template <class Operation>
constexpr bool reads_before_window() {
    if constexpr (requires { Operation::reads_before_window; })
        return Operation::reads_before_window;
    else
        return true;
}

/// For how many steps each layer of a stream gets zeros: what arrives before the first column is none of the window's,
/// and a layer that reads before the window has zeros there.
template <class Net, class Scalar>
inline constexpr auto stream_waits = []<std::size_t... L>(std::index_sequence<L...>) {
    using steps = streamed_network<Net>;
    const auto wait = []<std::size_t Layer>(std::integral_constant<std::size_t, Layer>) -> std::size_t {
        using operation = layer_at<steps, Layer>;
        if (stream_bytes<Scalar>::template of<operation, inference<steps>::value.layers[Layer].input>() == 0) return 0;
        if (!reads_before_window<operation>()) return 0;
        return stream_delay(input_shape<Net>, inference<Net>::value.layers[Layer].input);
    };
    return std::array<std::size_t, sizeof...(L)>{wait(std::integral_constant<std::size_t, L>{})...};
}(std::make_index_sequence<layer_count<Net>>{});

/// Offsets of what each stage's operation keeps, and the end; all zero where the network is no stream's.
template <class Net, class Scalar>
inline constexpr auto& stream_offsets = stage_offsets<Net, stream_bytes<Scalar>>;

}  // namespace espalier::detail
