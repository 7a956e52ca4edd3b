// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <type_traits>

#include <espalier/expression/record.hpp>
#include <espalier/topology/diagnostics.hpp>
#include <espalier/topology/missing_members.hpp>
#include <espalier/topology/network.hpp>

/// Shape inference: one pass over the list, on values.
namespace espalier {

struct layer_shapes {
    extents input;
    extents output;
};

namespace detail {

template <std::size_t Count>
struct inferred {
    layer_shapes layers[Count == 0 ? 1 : Count] = {};
    std::size_t number[Count + 1] = {};  // as a user counts: without what only shapes the list
    std::size_t first_mismatch = Count;  // the element, Count where all fit
    layer::mismatch problem = layer::mismatch::none;
    extents branches[layer::max_branches] = {};  // of a join that does not fit
    std::size_t branch_count = 0;
};

/// What the layer's kind promises, on the input that arrives.
template <class Layer>
constexpr layer::mismatch broken_promise(const extents& input) {
    using layer::mismatch;
    const auto learned = layer::parameters_of<Layer>(input);
    if constexpr (layer::StructureLayer<Layer>) {
        return mismatch::none;
    } else if constexpr (layer::ElementwiseLayer<Layer>) {
        if (Layer::output(input) != input) return mismatch::shape_changes;
        if (learned.size() != expression::parameter_count(Layer::expression)) return mismatch::learned_differ;
        for (const layer::parameter& each : learned)
            if (each.shape.size() != 1) return mismatch::learned_differ;
    } else if constexpr (layer::OperationLayer<Layer>) {
        const bool declared = requires { Layer::parameter_gradient_reads; };
        if (!declared && learned.size() > 0) return mismatch::undeclared;
        if constexpr (layer::SampleLayer<Layer>) {
            if (!requires { &Layer::template forward<extents{}, float>; }) return mismatch::forward_missing;
            if (!requires { &Layer::template input_gradient<extents{}, float>; })
                return mismatch::input_gradient_missing;
            if (learned.size() > 0 && !requires { &Layer::template parameter_gradient<extents{}, float>; })
                return mismatch::parameter_gradient_missing;
        }
    } else if constexpr (!layer::InputLayer<Layer>) {
        if (layer::Computes<Layer> || learned.size() > 0) return mismatch::undeclared;
        if (Layer::output(input).size() != input.size()) return mismatch::view_resizes;
    }
    return mismatch::none;
}

template <class Layer>
constexpr layer::mismatch mismatch_of(const extents& input, std::size_t position) {
    if (position == 0 && !layer::InputLayer<Layer>) return layer::mismatch::missing_input;
    if (
        requires { Layer::check(input); } &&
        !requires {
            { Layer::check(input) } -> std::same_as<layer::mismatch>;
        })
        return layer::mismatch::check_returns_another;
    const layer::mismatch refused = layer::check_of<Layer>(input);
    return refused != layer::mismatch::none ? refused : broken_promise<Layer>(input);
}

template <class Layer>
constexpr extents output_of(const extents& input) {
    return Layer::output(input);
}

enum class structure : unsigned char { none, fork, next_branch, join };

template <class Layer>
constexpr structure structure_of() {
    if (layer::ForkLayer<Layer>) return structure::fork;
    if (layer::NextBranchLayer<Layer>) return structure::next_branch;
    return layer::JoinLayer<Layer> ? structure::join : structure::none;
}

/// What a join makes of its branches; how many they are, 0 where their shapes do not meet.
template <class Layer>
constexpr std::size_t join_branches([[maybe_unused]] const extents* ends, [[maybe_unused]] extents& output) {
    if constexpr (layer::JoinLayer<Layer>) {
        if (!Layer::shapes_meet(ends)) return 0;
        output = Layer::output_of_branches(ends);
        return Layer::branches;
    }
    return 0;
}

/// Where branches begin and end, while a flat list is read: values that are remembered at each fork.
template <class Value, std::size_t Count>
class branch_stack {
public:
    constexpr bool empty() const { return depth_ == 0; }
    constexpr void fork(const Value& arriving) {
        base_[depth_++] = top_;
        values_[top_++] = arriving;
    }
    /// Ends a branch; the value that the next one begins with.
    constexpr const Value& next(const Value& end) {
        values_[top_++] = end;
        return arriving();
    }
    /// Ends the last branch.
    constexpr void join(const Value& end) {
        values_[top_++] = end;
        count_ = top_ - base_[--depth_] - 1;
        top_ = base_[depth_];
    }
    constexpr const Value& arriving() const { return values_[base_[depth_ - 1]]; }
    /// Of the branches just joined.
    constexpr std::size_t count() const { return count_; }
    constexpr const Value* ends() const { return values_ + base_[depth_] + 1; }

private:
    Value values_[2 * Count + 2] = {};
    std::size_t base_[Count + 1] = {};
    std::size_t top_ = 0, depth_ = 0, count_ = 0;
};

template <class Net>
struct inference;
template <class... Layers>
struct inference<network<Layers...>> {
    static constexpr auto value = [] {
        constexpr std::size_t count = sizeof...(Layers);
        inferred<count> shapes;
        // Tables and loops, here and in the plan: compilers limit the length of a fold (clang: 256).
        extents (*const output[count + 1])(const extents&) = {output_of<Layers>...};
        layer::mismatch (*const mismatch[count + 1])(const extents&, std::size_t) = {mismatch_of<Layers>...};
        std::size_t (*const join[count + 1])(const extents*, extents&) = {join_branches<Layers>...};
        constexpr structure kind[count + 1] = {structure_of<Layers>()...};
        constexpr std::size_t structures =
            count - static_cast<std::size_t>(std::count(kind, kind + count, structure::none));
        branch_stack<extents, structures> branches;
        extents current;
        const auto refuse = [&](std::size_t i, layer::mismatch problem) {
            if (shapes.problem != layer::mismatch::none || problem == layer::mismatch::none) return;
            shapes.problem = problem;
            shapes.first_mismatch = i;
        };
        std::size_t number = 0;
        for (std::size_t i = 0; i < count; ++i) {
            shapes.number[i] = number;
            if (shapes.problem == layer::mismatch::none) refuse(i, mismatch[i](current, i));
            extents& arriving = shapes.layers[i].input;
            arriving = current;
            if (kind[i] == structure::none) {
                current = output[i](current);
            } else if (kind[i] == structure::fork) {
                branches.fork(current);
            } else if (branches.empty()) {
                refuse(i, layer::mismatch::unbalanced);
            } else if (kind[i] == structure::next_branch) {
                current = branches.next(current);
            } else {
                branches.join(current);
                arriving = branches.ends()[0];
                const bool fits = join[i](branches.ends(), current) == branches.count();
                if (!fits && shapes.problem == layer::mismatch::none)
                    for (; shapes.branch_count < branches.count(); ++shapes.branch_count)
                        shapes.branches[shapes.branch_count] = branches.ends()[shapes.branch_count];
                if (!fits) refuse(i, layer::mismatch::branches_differ);
            }
            shapes.layers[i].output = current;
            if (kind[i] == structure::none || kind[i] == structure::join) ++number;
        }
        if (count > 0 && !branches.empty()) refuse(count - 1, layer::mismatch::unbalanced);
        shapes.number[count] = number;
        return shapes;
    }();
};

template <const extents& Value, class Indices>
struct as_shape;
template <const extents& Value, std::size_t... I>
struct as_shape<Value, std::index_sequence<I...>> {
    using type = shape<Value.extent[I]...>;
};
template <class Net, std::size_t I>
struct shapes_of_layer {
    static constexpr extents input = inference<flat_network<Net>>::value.layers[I].input;
    static constexpr extents output = inference<flat_network<Net>>::value.layers[I].output;
    using input_type = typename as_shape<input, std::make_index_sequence<input.rank>>::type;
    using output_type = typename as_shape<output, std::make_index_sequence<output.rank>>::type;
};

/// The shapes that do not meet at a join.
template <class Net, class Indices>
struct shapes_of_branches;
template <class Net, std::size_t... I>
struct shapes_of_branches<Net, std::index_sequence<I...>> {
    template <std::size_t Branch>
    struct end {
        static constexpr extents value = inference<Net>::value.branches[Branch];
        using type = typename as_shape<value, std::make_index_sequence<value.rank>>::type;
    };
    using type = diagnostics::receives<typename end<I>::type...>;
};

template <Network Net>
constexpr auto verdict_on() {
    using flat = flat_network<Net>;
    using namespace diagnostics;
    constexpr mismatch problem = inference<flat>::value.problem;
    constexpr std::size_t at = inference<flat>::value.first_mismatch;
    if constexpr (layer_count<flat> == 0)
        return std::type_identity<verdict<mismatch::missing_input, at_layer<0>, flat, receives<>>>{};
    else if constexpr (problem == mismatch::none)
        return std::type_identity<verdict<mismatch::none, void, void, void>>{};
    else if constexpr (problem == mismatch::branches_differ)
        return std::type_identity<verdict<
            problem, at_layer<inference<flat>::value.number[at]>, layer_at<flat, at>,
            typename shapes_of_branches<flat, std::make_index_sequence<inference<flat>::value.branch_count>>::type>>{};
    else
        return std::type_identity<verdict<problem, at_layer<inference<flat>::value.number[at]>, layer_at<flat, at>,
                                          receives<typename shapes_of_layer<flat, at>::input_type>>>{};
}
template <class Net>
using verdict_of = typename decltype(verdict_on<Net>())::type;
/// Whether every layer fits its input, without an error.
template <class Net>
concept Fits = std::is_same_v<verdict_of<Net>, diagnostics::verdict<layer::mismatch::none, void, void, void>>;

/// Of what `network_t` is given: a part needs no input yet.
template <class Net>
constexpr auto verdict_on_part() {
    if constexpr (!Part<Net>)
        return std::type_identity<diagnostics::verdict<layer::mismatch::not_a_layer, diagnostics::at_layer<0>, Net,
                                                       diagnostics::receives<>>>{};
    else if constexpr (!Network<Net>)
        return std::type_identity<diagnostics::verdict<layer::mismatch::none, void, void, void>>{};
    else if constexpr (inference<flat_network<Net>>::value.problem == layer::mismatch::missing_input)
        return std::type_identity<diagnostics::verdict<layer::mismatch::none, void, void, void>>{};
    else
        return verdict_on<Net>();
}
template <class Net>
using verdict_of_part = typename decltype(verdict_on_part<Net>())::type;

}  // namespace detail

namespace diagnostics {

/// The verdict, under a name that compilers may quote.
template <class Net>
using findings_in = detail::verdict_of<Net>;

}  // namespace diagnostics

/// The type of a network that an expression builds: `using Digits = ep::network_t<digits>`. Where a layer does not fit
/// what it receives, this is where the compiler says so. g++ prints the whole list of layers for an alias but not for a
/// default argument, clang the other way round.
#ifdef __clang__
template <auto Expression>
using network_t = decltype(asked<std::remove_cvref_t<decltype(Expression)>>(
    static_cast<detail::verdict_of_part<std::remove_cvref_t<decltype(Expression)>>*>(nullptr)));
#else
template <auto Expression, class Checked = typename detail::verdict_of_part<std::remove_cvref_t<decltype(Expression)>>::
                               template then<std::remove_cvref_t<decltype(Expression)>>>
using network_t = Checked;
#endif

/// Whether every layer fits its input; where not, one compile error names the layer and what it received.
template <Network Net>
inline constexpr bool well_formed = detail::verdict_of<Net>::reported;

/// The number of element I of the flat list, as a user counts layers: the input is 0, those of branches count as they
/// are written, a join after its branches.
template <Network Net>
constexpr std::size_t layer_number(std::size_t element) {
    return detail::inference<flat_network<Net>>::value.number[element];
}

/// The shape of the network's output, and of its input, for one sample.
template <Network Net, class = typename diagnostics::findings_in<Net>::template then<float>>
inline constexpr auto output_shape = typename detail::shapes_of_layer<Net, layer_count<Net> - 1>::output_type{};
template <Network Net>
inline constexpr auto input_shape = typename detail::shapes_of_layer<Net, 0>::output_type{};

template <Network Net>
inline constexpr std::size_t input_size = decltype(input_shape<Net>)::size;
template <Network Net, class Size = typename diagnostics::findings_in<Net>::template then<std::size_t>>
inline constexpr Size output_size = decltype(output_shape<Net>)::size;

}  // namespace espalier
