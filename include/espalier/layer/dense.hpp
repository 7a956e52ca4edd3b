// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/dense.hpp>
#include <espalier/layer/contract.hpp>

namespace espalier {

struct no_bias_option {};
/// For layers with weights: no bias is added. `ep::dense<64, ep::no_bias>`
inline constexpr no_bias_option no_bias{};

}  // namespace espalier

namespace espalier::layer {

namespace detail {

template <class Option>
concept DenseOption = std::is_same_v<Option, no_bias_option> || std::is_same_v<Option, initializer>;

constexpr initializer initializer_among() { return initializers::automatic; }
template <class First, class... Rest>
constexpr initializer initializer_among(First first, Rest... rest) {
    if constexpr (std::is_same_v<First, initializer>)
        return first;
    else
        return initializer_among(rest...);
}

}  // namespace detail

/// z = W x + b with W [Outputs][inputs], b [Outputs]; x [inputs] → z [Outputs]. Options in any order: no_bias, an
/// initializer of W.
template <std::size_t Outputs, auto... Options>
struct dense {
    static constexpr std::string_view kind = "dense";
    static constexpr std::array arguments{static_cast<double>(Outputs)};
    static constexpr bool has_bias = !(std::is_same_v<std::remove_cv_t<decltype(Options)>, no_bias_option> || ...);
    static constexpr bool whole_batch = true;
    static constexpr bool rows_are_independent = true;
    using with_bias = dense<Outputs>;  ///< what fold_batch_norm makes of it
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{.parameters = true};

    static constexpr extents output(const extents&) { return shape<Outputs>{}; }
    static constexpr mismatch check(const extents& input) {
        if (Outputs == 0) return mismatch::no_outputs;
        if (!(detail::DenseOption<std::remove_cv_t<decltype(Options)>> && ...)) return mismatch::unknown_option;
        return input.rank == 1 ? mismatch::none : mismatch::needs_flat;
    }
    static constexpr auto parameters(const extents& input) {
        const std::size_t inputs = input.size();
        std::array<parameter, has_bias ? 2 : 1> list;
        list[0] = {"weight", {}, inputs, Outputs, detail::initializer_among(Options...)};
        list[0].shape.rank = 2;
        list[0].shape.extent[0] = Outputs;
        list[0].shape.extent[1] = inputs;
        if constexpr (has_bias) list[1] = {"bias", shape<Outputs>{}, inputs, Outputs, initializers::zeros};
        return list;
    }

    /// For one sample, a product counted as two operations; each gradient costs the same.
    static constexpr std::size_t flops(const extents& input) { return 2 * input.size() * Outputs; }

    /// Whether the weight gradient of a first layer is taken from the caller's row-major rows.
    template <extents Input, class Scalar>
    static constexpr bool reads_rows = kernel::weight_gradient_reads_rows<Scalar, Input.size(), Outputs>;

    template <extents Input, class Scalar>
    static constexpr std::size_t parameter_gradient_scratch(std::size_t rows) {
        return sizeof(Scalar) * kernel::dense_weight_gradient_scratch<Scalar, Input.size(), Outputs>(rows);
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t input_gradient_scratch(std::size_t) {
        return sizeof(Scalar) * kernel::dense_input_gradient_scratch<Scalar, Input.size(), Outputs>;
    }

    /// x [block][inputs][lane] → z, which the epilogue takes register by register.
    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, batch_memory, Epilogue& epilogue) {
        kernel::dense_forward<Scalar, Input.size(), Outputs>(p[0], bias(p), x, rows, epilogue);
    }
    /// One sample: x [inputs] → z in registers of features.
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const* p, const Scalar* x, batch_memory, Epilogue& epilogue) {
        kernel::dense_single<Scalar, Input.size(), Outputs>(p[0], bias(p), x, epilogue);
    }
    /// For predictors: W and b in the order in which single samples read them.
    template <extents Input, class Scalar>
    static constexpr std::size_t packed_size = kernel::packed_dense_size<Scalar, Input.size(), Outputs>;
    template <extents Input, class Scalar>
    static void pack(const Scalar* const* p, Scalar* packed) {
        kernel::pack_dense<Scalar, Input.size(), Outputs>(p[0], bias(p), packed);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_packed(const Scalar* packed, const Scalar* x, Epilogue& epilogue) {
        kernel::dense_packed<Scalar, Input.size(), Outputs>(packed, x, epilogue);
    }
    /// ∇W = δ xᵀ, ∇b = Σ δ, from x in blocks or (FromRows) as the caller's rows.
    template <extents Input, bool FromRows, class Scalar>
    static void parameter_gradient(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                   std::size_t rows, batch_memory memory, Scalar* const* gradient) {
        constexpr std::size_t inputs = Input.size();
        auto* const scratch = reinterpret_cast<Scalar*>(memory.scratch);
        if constexpr (FromRows)
            kernel::dense_weight_gradient_from_rows<Scalar, inputs, Outputs>(delta, x, rows, scratch, gradient[0]);
        else
            kernel::dense_weight_gradient<Scalar, inputs, Outputs>(delta, x, rows, scratch, gradient[0]);
        if constexpr (has_bias) kernel::dense_bias_gradient<Scalar, Outputs>(delta, rows, gradient[1]);
    }
    /// From the caller's rows, W can take its step while ∇W is in registers.
    template <extents Input, bool FromRows, class Scalar>
    static constexpr bool descends = FromRows;
    template <extents Input, bool FromRows, class Scalar>
    static void parameter_descent(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                  std::size_t rows, batch_memory memory, Scalar* const* gradient, Scalar* const* moving,
                                  const kernel::descent<Scalar>& step) {
        kernel::dense_weight_gradient_from_rows<Scalar, Input.size(), Outputs>(
            delta, x, rows, reinterpret_cast<Scalar*>(memory.scratch), moving[0], step);
        if constexpr (has_bias) kernel::dense_bias_gradient<Scalar, Outputs>(delta, rows, gradient[1]);
    }
    /// ∇x = Wᵀ δ, which the epilogue takes register by register.
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const* p, const Scalar*, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory memory, Epilogue& epilogue) {
        kernel::dense_input_gradient<Scalar, Input.size(), Outputs>(
            p[0], delta, rows, reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }

    /// In a network of many different layers: the same on kernels that it shares with layers of other extents.
    template <extents Input, class Scalar>
    static constexpr bool shares = kernel::is_shareable<Scalar, Input.size(), Outputs>;

    template <extents Input, class Scalar, class Epilogue>
    static void shared_forward(const Scalar* const* p, const Scalar* x, std::size_t rows, Epilogue& epilogue) {
        kernel::shared_dense_forward<kernel::even_part<Outputs, kernel::tallest_tile(2)>>(Input.size(), Outputs, p[0],
                                                                                          bias(p), x, rows, epilogue);
    }
    template <extents Input, class Scalar>
    static void shared_parameter_gradient(const Scalar* x, const Scalar* delta, std::size_t rows, batch_memory memory,
                                          Scalar* const* gradient) {
        kernel::shared_dense_weight_gradient<kernel::even_part<Outputs, kernel::tallest_tile(2)>>(
            Input.size(), Outputs, delta, x, rows, reinterpret_cast<Scalar*>(memory.scratch), gradient[0]);
        if constexpr (has_bias) kernel::dense_bias_gradient<Scalar, Outputs>(delta, rows, gradient[1]);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void shared_input_gradient(const Scalar* const* p, const Scalar* delta, std::size_t rows,
                                      batch_memory memory, Epilogue& epilogue) {
        constexpr std::size_t inputs = Input.size();
        kernel::shared_dense_input_gradient<kernel::even_part<inputs, kernel::tallest_tile(2)>>(
            inputs, Outputs, p[0], delta, rows, kernel::dense_input_gradient_scratch<Scalar, inputs, Outputs> > 0,
            reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }

private:
    template <class Scalar>
    static auto bias(const Scalar* const* p) {
        if constexpr (has_bias)
            return p[1];
        else
            return kernel::no_bias{};
    }
};

}  // namespace espalier::layer
