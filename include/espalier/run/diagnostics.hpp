// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include <espalier/loss/contract.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/refusals.hpp>
#include <espalier/run/rows.hpp>
#include <espalier/run/workspace.hpp>

namespace espalier::detail {

template <class Net, std::size_t I>
struct layer_or_none {
    using type = diagnostics::no_layer;
};
template <class Net, std::size_t I>
    requires(I < layer_count<Net>)
struct layer_or_none<Net, I> {
    using type = layer_at<Net, I>;
};

/// The first layer in which two networks differ.
template <class First, class Second>
constexpr std::size_t first_difference() {
    constexpr std::size_t count = std::min(layer_count<First>, layer_count<Second>);
    return []<std::size_t... I>(std::index_sequence<I...>) {
        const bool same[count + 1] = {std::is_same_v<layer_at<First, I>, layer_at<Second, I>>..., false};
        std::size_t i = 0;
        while (same[i]) ++i;
        return i;
    }(std::make_index_sequence<count>{});
}

template <class First, class Second>
inline constexpr bool same_network = std::is_same_v<flat_network<First>, flat_network<Second>>;

/// The answer of a function whose arguments are of networks First and Second.
template <class Result, class First, class Second>
constexpr auto networks_differ() {
    constexpr std::size_t at = first_difference<First, Second>();
    return std::type_identity<diagnostics::another_network<
        Result, diagnostics::at_layer<at>, diagnostics::parameters_have<typename layer_or_none<First, at>::type>,
        diagnostics::this_has<typename layer_or_none<Second, at>::type>>>{};
}

template <class Layer>
concept RandomLayer = requires { Layer::drop_probability; };

template <class Net>
constexpr std::size_t first_random_layer() {
    return []<class... Layers>(network<Layers...>*) {
        const bool random[] = {RandomLayer<Layers>..., true};
        std::size_t i = 0;
        while (!random[i]) ++i;
        return i;
    }(static_cast<flat_network<Net>*>(nullptr));
}

/// The extents of a container that has them in its type, such as xt::xtensor_fixed.
template <class Type>
struct static_shape {
    static constexpr bool known = false;
    static constexpr std::size_t first = 0;
    using type = diagnostics::rank<static_rank<Type>>;
    static constexpr bool holds(const extents& sample, bool batch) {
        constexpr std::size_t rank = static_rank<Type>;
        return rank == SIZE_MAX || rank == 1u + batch || rank == sample.rank + batch || !Tensor<const Type>;
    }
};
template <template <std::size_t...> class Shape, std::size_t... Extents>
constexpr shape<Extents...> extents_in(const Shape<Extents...>*);
template <class Type>
    requires requires { extents_in(static_cast<const typename Type::shape_type*>(nullptr)); }
struct static_shape<Type> {
    static constexpr bool known = true;
    using type = decltype(extents_in(static_cast<const typename Type::shape_type*>(nullptr)));
    static constexpr std::size_t first = extents(type{}).extent[0];

    /// Whether it can be one sample, or a batch of them.
    static constexpr bool holds(const extents& sample, bool batch) {
        constexpr extents found = type{};
        const std::size_t axis = batch ? 1 : 0;
        if (found.rank == 1 + axis && found.extent[axis] == sample.size()) return true;
        if (found.rank != sample.rank + axis) return false;
        for (std::size_t i = 0; i < sample.rank; ++i)
            if (found.extent[i + axis] != sample.extent[i]) return false;
        return true;
    }
};

/// Of an array or span that has its size in its type: one sample, or the rows of a batch in a row.
template <std::size_t Size>
struct static_size {
    static constexpr bool known = true;
    static constexpr std::size_t first = 0;
    using type = shape<Size>;
    static constexpr bool holds(const extents& sample, bool batch) {
        return batch ? sample.size() > 0 && Size % sample.size() == 0 : Size == sample.size();
    }
};
template <class T, std::size_t Size>
struct static_shape<std::array<T, Size>> : static_size<Size> {};
template <class T, std::size_t Size>
    requires(Size != std::dynamic_extent)
struct static_shape<std::span<T, Size>> : static_size<Size> {};

/// What is wrong with x that is no container.
template <class Result, class Given>
constexpr auto verdict_on_no_values() {
    using namespace diagnostics;
    if constexpr (Expression<const Given>)
        return std::type_identity<expression_as_x<Result, receives<name_of<Given>>>>{};
    else
        return std::type_identity<no_samples<Result, receives<name_of<Given>>>>{};
}

/// What is wrong with what stands in the place of a loss.
template <class Result, class Function>
constexpr auto verdict_on_loss() {
    using namespace diagnostics;
    if constexpr (!losses::LossInPart<Function>)
        return std::type_identity<no_loss<Result, name_of<Function>>>{};
    else if constexpr (!requires { Function::takes_labels; })
        return std::type_identity<loss_without_labels<Result, Function>>{};
    else if constexpr (!requires { Function::takes_values; } || std::copyable<Function>)
        return std::type_identity<loss_without_values<Result, Function>>{};
    else
        return std::type_identity<loss_without_copies<Result, Function>>{};
}

/// What is wrong with the targets of a loss, or Result.
template <class Result, class Scalar, class Function, class Target, std::size_t Outputs>
constexpr auto verdict_on_targets() {
    using namespace diagnostics;
    using element = std::remove_const_t<element_of<const Target>>;
    constexpr bool is_label = std::integral<element>;
    if constexpr (!HoldsRows<const Target>)
        return std::type_identity<no_targets<Result, receives<name_of<Target>>>>{};
    else if constexpr (!is_label && !std::is_same_v<element, Scalar>)
        return std::type_identity<another_scalar_in_targets<Result, takes<Scalar>, receives<element>>>{};
    else if constexpr (is_label && !Function::takes_labels)
        return std::type_identity<labels_for_values<Result, outputs<Outputs>, receives<element>>>{};
    else if constexpr (!is_label && !Function::takes_values)
        return std::type_identity<values_for_labels<Result, outputs<Outputs>, receives<element>>>{};
    else if constexpr (static_shape<Target>::known && !is_label) {
        using found = static_shape<Target>;
        if constexpr (found::holds(shape<Outputs>{}, true) ||
                      (Outputs == 1 && found::holds(shape<found::first>{}, false)))
            return std::type_identity<Result>{};
        else
            return std::type_identity<target_differs<Result, outputs<Outputs>, receives<typename found::type>>>{};
    } else if constexpr (!losses::Callable<Function, Scalar, Outputs, is_label>)
        return std::type_identity<loss_without_call<Result, Function>>{};
    else
        return std::type_identity<Result>{};
}

/// What is wrong with the arguments of value_and_gradient, or the scalar that it returns.
template <class Net, class Scalar, class Batch, class Target, class Function, class GradientNet, class GradientScalar,
          class Workspace, bool WantsInput, bool TakesCoins>
struct step_answer;
template <class Net, class Scalar, class Batch, class Target, class Function, class GradientNet, class GradientScalar,
          class WorkspaceNet, std::size_t Rows, class WorkspaceScalar, request Wanted, class Storage, bool WantsInput,
          bool TakesCoins>
struct step_answer<Net, Scalar, Batch, Target, Function, GradientNet, GradientScalar,
                   workspace<WorkspaceNet, Rows, WorkspaceScalar, Wanted, Storage>, WantsInput, TakesCoins> {
    static constexpr auto verdict() {
        using namespace diagnostics;
        using element = std::remove_const_t<element_of<const Batch>>;
        constexpr extents sample = input_shape<Net>;
        constexpr std::size_t random = first_random_layer<Net>();
        if constexpr (!same_network<Net, GradientNet>)
            return networks_differ<Scalar, Net, GradientNet>();
        else if constexpr (!same_network<Net, WorkspaceNet>)
            return networks_differ<Scalar, Net, WorkspaceNet>();
        else if constexpr (!std::is_same_v<Scalar, GradientScalar>)
            return std::type_identity<another_scalar<Scalar, parameters_of<Scalar>, receives<GradientScalar>>>{};
        else if constexpr (!std::is_same_v<Scalar, WorkspaceScalar>)
            return std::type_identity<another_scalar<Scalar, parameters_of<Scalar>, receives<WorkspaceScalar>>>{};
        else if constexpr (!wants(Wanted, request::parameters))
            return std::type_identity<workspace_without_gradients<Scalar, rows<Rows>>>{};
        else if constexpr (WantsInput && Wanted != request::both)
            return std::type_identity<workspace_without_input_gradient<Scalar, rows<Rows>>>{};
        else if constexpr (!Loss<Function>)
            return verdict_on_loss<Scalar, Function>();
        else if constexpr (!TakesCoins && random < layer_count<Net>)
            return std::type_identity<coins_missing<Scalar, at_layer<random>, layer_at<Net, random>>>{};
        else if constexpr (!holds_values<Batch>)
            return verdict_on_no_values<Scalar, Batch>();
        else if constexpr (!HoldsRows<const Batch>)
            return std::type_identity<no_rows<Scalar, receives<name_of<Batch>>>>{};
        else if constexpr (!std::is_same_v<element, Scalar>)
            return std::type_identity<another_scalar_in_x<Scalar, takes<Scalar>, receives<element>>>{};
        else if constexpr (!static_shape<Batch>::holds(sample, true))
            return std::type_identity<sample_differs<Scalar, takes<std::remove_const_t<decltype(input_shape<Net>)>>,
                                                     receives<typename static_shape<Batch>::type>>>{};
        else if constexpr (static_shape<Batch>::first > Rows)
            return std::type_identity<batch_differs<Scalar, rows<Rows>, receives<rows<static_shape<Batch>::first>>>>{};
        else
            return verdict_on_targets<Scalar, Scalar, Function, Target, output_size<Net>>();
    }
    using type = typename decltype(verdict())::type;
};

/// The same of value_and_gradients, which writes to x_gradient as well.
template <class Scalar, class InputGradient, class Answer>
struct both_answer {
    static constexpr auto verdict() {
        using namespace diagnostics;
        using element = element_of<InputGradient>;
        if constexpr (!std::is_same_v<Answer, Scalar>)
            return std::type_identity<Answer>{};
        else if constexpr (!HoldsRows<InputGradient>)
            return std::type_identity<no_rows<Scalar, receives<name_of<InputGradient>>>>{};
        else if constexpr (std::is_const_v<element>)
            return std::type_identity<gradient_into_constant<Scalar, receives<name_of<InputGradient>>>>{};
        else if constexpr (!std::is_same_v<element, Scalar>)
            return std::type_identity<another_scalar<Scalar, parameters_of<Scalar>, receives<element>>>{};
        else
            return std::type_identity<Scalar>{};
    }
    using type = typename decltype(verdict())::type;
};

/// Predict takes an array or span for one sample.
template <class Samples>
concept Flat = static_rank<Samples> == 1;

/// What is wrong with the arguments of predict, or Result.
template <class Result, class Net, class Scalar, class Samples, bool OneOrMany>
constexpr auto verdict_on_samples() {
    using namespace diagnostics;
    using element = std::remove_const_t<element_of<const Samples>>;
    constexpr extents sample = input_shape<Net>;
    using found = static_shape<Samples>;
    if constexpr (!holds_values<Samples>)
        return verdict_on_no_values<Result, Samples>();
    else if constexpr (!OneOrMany && !HoldsRows<const Samples>)
        return std::type_identity<no_rows<Result, receives<name_of<Samples>>>>{};
    else if constexpr (!std::is_same_v<element, Scalar>)
        return std::type_identity<another_scalar_in_x<Result, takes<Scalar>, receives<element>>>{};
    else if constexpr (OneOrMany && static_rank<Samples> == SIZE_MAX)
        return std::type_identity<rank_unknown<Result, takes<std::remove_const_t<decltype(input_shape<Net>)>>>>{};
    else if constexpr (OneOrMany && Flat<Samples>
                           ? !found::holds(sample, false)
                           : !found::holds(sample, true) && !(OneOrMany && found::holds(sample, false)))
        return std::type_identity<sample_differs<Result, takes<std::remove_const_t<decltype(input_shape<Net>)>>,
                                                 receives<typename found::type>>>{};
    else
        return std::type_identity<Result>{};
}

}  // namespace espalier::detail
