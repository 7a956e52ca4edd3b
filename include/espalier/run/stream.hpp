// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <espalier/core/stand_in.hpp>
#include <espalier/core/storage.hpp>
#include <espalier/layer/input.hpp>
#include <espalier/plan/stream.hpp>
#include <espalier/run/parameter_vector.hpp>
#include <espalier/run/single.hpp>

namespace espalier {

namespace diagnostics {

template <class... What>
inline constexpr bool step_fits = false;
template <std::size_t Channels>
struct takes_channels;
template <std::size_t Bytes>
inline constexpr bool fits_stack = Bytes <= detail::stack_limit;
template <class Storage, std::size_t Bytes>
inline constexpr bool storage_holds = detail::storage_fits<Storage, Bytes>;

template <class Result, class Takes, class Found>
struct step_differs : stand_in<Result> {
    static_assert(step_fits<Takes, Found>,
                  "a step takes one scalar for each input channel: std::array, or a std::span of that extent");
};

}  // namespace diagnostics

namespace detail {

/// Extents of a network's stream, and the bytes that it keeps; nothing is kept where there is no such stream.
template <class Net, class Scalar>
struct stream_sizes {
    static constexpr std::size_t inputs = extents(input_shape<Net>).extent[0];
    static constexpr std::size_t outputs = extents(output_shape<Net>).extent[0];
    static constexpr std::size_t delay = stream_delay<Net>();
    static constexpr std::size_t bytes = [] {
        if constexpr (can_stream<Net>)
            return stream_offsets<streamed_network<Net>, Scalar>[stage_count<streamed_network<Net>>];
        else
            return std::size_t{0};
    }();
};

/// What stream is, whatever its assertions say.
template <Network Net, class Scalar, class Storage>
class stream_members {
    using sizes = stream_sizes<flat_network<Net>, Scalar>;
    using trained_network = std::conditional_t<can_stream<Net>, flat_network<Net>, network<layer::input<1, 1>>>;
    using step_network = streamed_network<trained_network>;
    static constexpr auto& waits = stream_waits<trained_network, Scalar>;
    using pass_of_step = single_pass<step_network, Scalar, waits>;
    static constexpr bool fits = can_stream<Net> && diagnostics::fits_stack<pass_of_step::arena_bytes>;

public:
    static constexpr std::size_t inputs = sizes::inputs;
    static constexpr std::size_t outputs = sizes::outputs;
    static constexpr std::size_t delay = sizes::delay;
    static constexpr std::size_t bytes = sizes::bytes;

    template <class ParameterStorage>
    explicit stream_members(const parameters<Net, Scalar, ParameterStorage>& at) : stream_members(at.data()) {}
    template <class ParameterStorage>
    explicit stream_members(const parameters<Net, Scalar, ParameterStorage>&& gone) = delete;
    /// The flat vector of parameter_size<Net, Scalar>, aligned to 64 bytes.
    explicit stream_members(const Scalar* flat_parameters) : parameters_(flat_parameters) { reset(); }
    stream_members(const Scalar* flat_parameters, Storage memory)
        : parameters_(flat_parameters), memory_(std::move(memory)) {
        reset();
    }

    /// As if nothing had come before, with the parameters as they are now.
    void reset() {
        static_assert(!fits || parameter_size<step_network, Scalar> == parameter_size<Net, Scalar>);
        if constexpr (alignof(Storage) < alignment)  // else its type says so
            assert(reinterpret_cast<std::uintptr_t>(memory_.data()) % alignment == 0);
        passed_ = 0;
        for_each_operation([](auto l, const Scalar* const* p, std::byte* kept) {
            layer_at<step_network, l>::template prepare_stream<input_of<l>>(p, kept);
            layer_at<step_network, l>::template reset_stream<input_of<l>>(p, kept);
        });
    }

    /// One time step, x [inputs] → y [outputs].
    void step(const Scalar* x, Scalar* y) {
        if constexpr (fits) {
            pass_of_step(parameters_, memory_.data(), passed_).run(x, y);
            if constexpr (longest_wait > 0) passed_ += passed_ < longest_wait ? 1 : 0;
        }
    }
    std::array<Scalar, outputs> step(std::span<const Scalar, inputs> x) {
        std::array<Scalar, outputs> y;
        step(x.data(), y.data());
        return y;
    }
    /// The same of a network with one channel in and one out.
    Scalar step(Scalar x)
        requires(inputs == 1 && outputs == 1)
    {
        Scalar y{};
        step(&x, &y);
        return y;
    }

    template <class Other>
        requires(!std::is_convertible_v<const Other&, std::span<const Scalar, inputs>> &&
                 !(inputs == 1 && outputs == 1 && std::is_convertible_v<const Other&, Scalar>))
    auto step(const Other&)
        -> diagnostics::step_differs<std::array<Scalar, outputs>, diagnostics::takes_channels<inputs>, Other> {
        return {};
    }

protected:
    /// Of what a step computes, on the stack.
    static constexpr std::size_t step_bytes = pass_of_step::arena_bytes;

private:
    template <std::size_t L>
    static constexpr extents input_of = inference<step_network>::value.layers[L].input;

    /// Calls f(number of the layer as a constant, its parameters, what it keeps) for each that keeps something.
    template <class Function>
    void for_each_operation(Function&& f) {
        constexpr auto& offsets = stream_offsets<step_network, Scalar>;
        for_each_index<stage_count<step_network>>([&](auto s) {
            if constexpr (fits && offsets[s] < offsets[s + 1]) {
                constexpr std::size_t layer = stages<step_network>[s].operation;
                const auto p = tensors_of<flat_network<step_network>, layer>(parameters_);
                f(std::integral_constant<std::size_t, layer>{}, p.data(), memory_.data() + offsets[s]);
            }
        });
    }

    static constexpr std::size_t longest_wait = std::ranges::max(waits);

    const Scalar* parameters_;
    Storage memory_;
    std::size_t passed_ = 0;  // steps since the reset, up to longest_wait
};

}  // namespace detail

/// A network whose time steps come one at a time, for audio and control: x [channels] in, y [channels] out, and what
/// the next steps need is kept. The network is the one that is trained on windows, input<channels, length>, whatever
/// the length; its layers are 1-D convolutions (of stride 1, dilated, grouped or depthwise), elementwise functions,
/// batch_norm, softmax along the channels, and branches of these. A dense layer of each step is conv1d<outputs, 1>.
///
/// Step t gives the column t − delay of what predict gives for the window of all steps, up to rounding. Convolutions
/// without padding make the delay, (kernel − 1) · dilation each: the first `delay` steps have no column. With
/// padding<(kernel − 1) · dilation, 0> there is none, and with less of it a part. A layer's padding is zeros, whatever
/// the layers before it would give for the time before the first step.
///
/// A step takes nothing from the heap, locks nothing, and always does the same work. The parameters stay the caller's
/// and outlive the stream; weights are copied where the steps read them, so reset() after they have changed. Storage
/// holds `bytes` bytes, aligned to 64, by default on the heap.
template <Network Net, class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          class Storage = storage::heap<std::byte, detail::stream_sizes<flat_network<Net>, Scalar>::bytes>>
class stream : public detail::stream_members<Net, Scalar, Storage> {
    using mismatch = layer::mismatch;
    using found = detail::stream_findings<flat_network<Net>>;
    template <mismatch Problem>
    using where = typename found::template where<Problem>;
    using refusing = typename found::layer;
    using receives = typename found::receives;
    // The members are inherited: clang 19 forgets those of a class whose assertion fails, and says so at each use.
    static_assert(diagnostics::shapes_agree<where<mismatch::needs_time>, refusing, receives>,
                  "a stream is of a network that takes input<channels, length>");
    static_assert(diagnostics::shapes_agree<where<mismatch::needs_window>, refusing, receives>,
                  "a stream gets one time step at a time, and this layer reads the whole window");
    static_assert(diagnostics::shapes_agree<where<mismatch::looks_ahead>, refusing, receives>,
                  "a stream knows no later time steps: no padding, or padding<(kernel - 1) * dilation, 0>");
    static_assert(diagnostics::shapes_agree<where<mismatch::runs_ahead>, refusing, receives>,
                  "a stream begins with the first time step: padding<n, 0> with n up to (kernel - 1) * dilation");
    static_assert(diagnostics::shapes_agree<where<mismatch::skips_steps>, refusing, receives>,
                  "a stream gives a step for each that it gets: stride<1>");
    static_assert(diagnostics::fits_stack<stream::step_bytes>,
                  "the layers are too wide for a stream, whose steps lie on the stack: predict windows instead");

    static_assert(diagnostics::storage_holds<Storage, stream::bytes>, "the storage holds what another stream keeps");

public:
    using detail::stream_members<Net, Scalar, Storage>::stream_members;
};

template <Network Net, class Scalar, class ParameterStorage>
stream(const parameters<Net, Scalar, ParameterStorage>&) -> stream<Net, Scalar>;

}  // namespace espalier
