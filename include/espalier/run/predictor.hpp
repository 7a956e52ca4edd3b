// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <espalier/core/storage.hpp>
#include <espalier/kernel/dense_packed.hpp>
#include <espalier/plan/packed.hpp>
#include <espalier/run/fold.hpp>
#include <espalier/run/predict.hpp>

namespace espalier {

namespace diagnostics {

template <class Result, class Takes, class Found>
struct one_sample_differs : stand_in<Result> {
    static_assert(arguments_agree<Takes, Found>,
                  "a predictor takes one sample [input shape…] or [size]: predict(parameters, x) takes many");
};
template <class Storage, std::size_t Bytes>
inline constexpr bool predictor_fits = detail::storage_fits<Storage, Bytes>;

}  // namespace diagnostics

namespace detail {

/// What is wrong with x of a predictor, or Result.
template <class Result, class Net, class Scalar, class Sample>
constexpr auto verdict_on_sample() {
    using namespace diagnostics;
    using element = std::remove_const_t<element_of<const Sample>>;
    if constexpr (!holds_values<Sample>)
        return verdict_on_no_values<Result, Sample>();
    else if constexpr (!std::is_same_v<element, Scalar>)
        return std::type_identity<another_scalar_in_x<Result, takes<Scalar>, receives<element>>>{};
    else if constexpr (!static_shape<Sample>::holds(input_shape<Net>, false))
        return std::type_identity<one_sample_differs<Result, takes<std::remove_const_t<decltype(input_shape<Net>)>>,
                                                     receives<typename static_shape<Sample>::type>>>{};
    else
        return std::type_identity<Result>{};
}

}  // namespace detail

/// A network made ready to predict single samples, again and again with the same parameters: each batch_norm is folded
/// into the layer before it, and dense weights are copied in the order in which one sample reads them. Same numbers as
/// predict(parameters, x), up to rounding, in less time where dense layers take most of it.
///
///     const ep::predictor control(parameters);
///     const auto output = control(input);
///
/// It keeps no reference to the parameters. A prediction takes nothing from the heap and locks nothing; one predictor
/// serves any number of threads. Storage holds `bytes` bytes, aligned to 64, by default on the heap.
template <Network Net, class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          class Storage = storage::heap<std::byte, detail::predictor_bytes<folded_network<Net>, Scalar>>>
class predictor {
    using net = folded_network<Net>;
    static constexpr bool reads_flat = detail::reads_flat<net, Scalar>;
    static constexpr auto& offsets = detail::packed_offsets<net, Scalar>;
    static constexpr std::size_t packed_end = offsets[stage_count<net>];
    using result = xt::xtensor_fixed<Scalar, detail::output_array_shape<Net>>;

public:
    static constexpr std::size_t bytes = detail::predictor_bytes<net, Scalar>;
    static_assert(diagnostics::predictor_fits<Storage, bytes>, "the storage holds what another predictor keeps");

    template <class ParameterStorage>
    explicit predictor(const parameters<Net, Scalar, ParameterStorage>& at, Storage memory = Storage())
        : memory_(std::move(memory)) {
        update(at);
    }

    /// Predicts with these parameters from now on; no other thread may predict meanwhile. Takes from the heap only
    /// where a batch_norm is folded.
    template <class ParameterStorage>
    void update(const parameters<Net, Scalar, ParameterStorage>& at) {
        if constexpr (alignof(Storage) < alignment)  // else its type says so
            assert(reinterpret_cast<std::uintptr_t>(memory_.data()) % alignment == 0);
        if constexpr (std::is_same_v<net, flat_network<Net>>)
            pack(at.data());
        else
            pack(fold_batch_norm(at).data());
    }

    /// x [input shape…] or [size] → a tensor of the output's fixed shape. Throws shape_error.
    template <class Sample>
    auto operator()(const Sample& x) const ->
        typename decltype(detail::verdict_on_sample<result, Net, Scalar, Sample>())::type {
        using answer = typename decltype(detail::verdict_on_sample<result, Net, Scalar, Sample>())::type;
        if constexpr (!std::is_same_v<answer, result>) {
            return answer();
        } else {
            result y;
            (*this)(sample_of(x, input_shape<Net>, "x"), y.data());
            return y;
        }
    }
    /// x [input size] → y [output size], row-major.
    void operator()(const Scalar* x, Scalar* y) const {
        const Scalar* flat = nullptr;
        if constexpr (reads_flat) flat = reinterpret_cast<const Scalar*>(memory_.data() + packed_end);
        detail::single_pass<net, Scalar, detail::no_waits<net>, true>(flat, memory_.data()).run(x, y);
    }

private:
    void pack(const Scalar* flat) {
        using pass_type = detail::pass<plan<net, 1, Scalar, request::nothing>, Scalar, false>;
        for_each_index<stage_count<net>>([&](auto s) {
            if constexpr (offsets[s] < offsets[s + 1]) {
                constexpr std::size_t layer = stages<net>[s].operation;
                const auto p = detail::tensors_of<flat_network<net>, layer>(flat);
                stage_operation<net, s>::template pack<pass_type::template input_of<s>>(
                    p.data(), reinterpret_cast<Scalar*>(memory_.data() + offsets[s]));
            }
        });
        if constexpr (reads_flat)
            std::copy_n(flat, parameter_size<net, Scalar>, reinterpret_cast<Scalar*>(memory_.data() + packed_end));
    }

    Storage memory_;
};

template <Network Net, class Scalar, class ParameterStorage>
predictor(const parameters<Net, Scalar, ParameterStorage>&) -> predictor<Net, Scalar>;

}  // namespace espalier
