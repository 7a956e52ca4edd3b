// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/io/error.hpp>
#include <espalier/plan/layer_name.hpp>
#include <espalier/plan/parameters.hpp>

/// How files name the tensors of a network.
namespace espalier::io {

/// The names in a file where they are not those of PyTorch's state_dict: a function of those names, or pairs of one
/// of them and what the file has in its place. `{{"0.weight", "encoder.weight"}, {"0.bias", "encoder.bias"}}`
class tensor_names {
public:
    using pair = std::pair<std::string, std::string>;

    tensor_names() = default;
    tensor_names(std::initializer_list<pair> pairs) : pairs_(pairs) {}
    tensor_names(std::vector<pair> pairs) : pairs_(std::move(pairs)) {}  // NOLINT: a list is names
    template <class Function>
        requires std::is_invocable_r_v<std::string, Function&, std::string_view>
    tensor_names(Function function) : function_(std::move(function)) {}  // NOLINT: so is a function

    /// What the file calls the tensor that PyTorch calls `name`.
    std::string operator()(const std::string& name) const {
        if (function_) return function_(name);
        for (const auto& [from, to] : pairs_)
            if (from == name) return to;
        return name;
    }
    std::span<const pair> pairs() const { return pairs_; }

private:
    std::vector<pair> pairs_;
    std::function<std::string(std::string_view)> function_;
};

struct load_options {
    bool check_topology = true;     ///< where the file says which layers it belongs to, they must be these
    bool allow_surplus = false;     ///< tensors in the file that the network does not have are left out
    bool allow_non_finite = false;  ///< NaN and infinity are numbers
};

/// One tensor of a network as a file holds it.
struct named_tensor {
    std::string name;   ///< in the file
    std::string where;  ///< for errors: "layer 2 (dense<128>), weight, in the file '1.weight'"
    std::vector<std::size_t> shape;
    std::size_t offset = 0;  ///< in the flat vector, in scalars
    std::size_t size = 0;
};

namespace detail {

/// What a file of weights may have beside them: PyTorch's counter of a batch_norm's batches, and what a checkpoint
/// adds.
inline bool is_beside_weights(std::string_view name) {
    return name.ends_with("num_batches_tracked") || name.starts_with("checkpoint.");
}

/// The indices that torch.nn.Sequential gives to a list of layers: an input is no module.
template <class Net>
struct module_list;
template <class... Layers>
struct module_list<network<Layers...>> {
    static constexpr bool is_input[] = {layer::InputLayer<Layers>...};
    static constexpr bool is_prelu[] = {std::string_view(Layers::kind) == "prelu" ...};
    static std::vector<std::string> names() { return {layer_name<Layers>()...}; }
};

/// The last part of a name: PyTorch's word where it has another one, and a number where a layer's words repeat.
inline std::string own_name(std::span<const parameter_tensor> of_layer, std::size_t position, bool is_prelu) {
    const std::string_view name = of_layer[position].what.name;
    if (is_prelu) return "weight";
    std::size_t alike = 0;
    for (const parameter_tensor& each : of_layer) alike += each.what.name == name;
    return std::string(name) + (alike > 1 ? std::to_string(position) : "");
}

inline void refuse_names(const std::string& why) { throw std::invalid_argument("tensor names: " + why); }

/// Names that nobody has, or two have, are a mistake of the caller's.
inline void check_names(const tensor_names& names, std::span<const std::string> own,
                        std::span<const named_tensor> tensors) {
    for (const auto& [from, to] : names.pairs()) {
        bool known = false;
        for (const std::string& each : own) known = known || each == from;
        if (!known)
            refuse_names("the network has no tensor " + io::quoted(from) + "; its first is " +
                         (own.empty() ? "missing" : io::quoted(own.front())));
    }
    for (std::size_t i = 0; i < tensors.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (tensors[i].name == tensors[j].name)
                refuse_names(io::quoted(own[j]) + " and " + io::quoted(own[i]) + " are both called " +
                             io::quoted(tensors[i].name));
}

}  // namespace detail

/// The tensors of a network in the order of the flat vector, named as PyTorch's state_dict names those of the same
/// layers in an nn.Sequential ("0.weight": dense, activations, flatten and dropout take an index each, the input takes
/// none), then as `names` says. Throws std::invalid_argument for names that do not fit the network.
template <Network Net, class Scalar>
std::vector<named_tensor> tensors_of(const tensor_names& names = {}) {
    using modules = detail::module_list<flat_network<Net>>;
    constexpr std::span<const parameter_tensor> list(parameter_tensors<Net, Scalar>);
    const std::vector<std::string> layers = modules::names();
    std::vector<named_tensor> tensors;
    std::vector<std::string> own;
    for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
        const parameter_tensor& each = list[i];
        std::size_t index = 0, in_layer = 1;
        for (std::size_t l = 0; l < each.layer; ++l) index += !modules::is_input[l];
        const std::size_t first = i - each.position;
        while (first + in_layer < parameter_tensor_count<Net> && list[first + in_layer].layer == each.layer) ++in_layer;
        const std::string last =
            detail::own_name(list.subspan(first, in_layer), each.position, modules::is_prelu[each.layer]);
        own.push_back(std::to_string(index) + "." + last);
        named_tensor tensor{
            .name = names(own.back()), .where = {}, .shape = {}, .offset = each.offset, .size = each.size};
        tensor.where = "layer " + std::to_string(each.layer) + " (" + layers[each.layer] + "), " +
                       std::string(each.what.name) + ", in the file " + io::quoted(tensor.name);
        tensor.shape.assign(each.what.shape.extent, each.what.shape.extent + each.what.shape.rank);
        tensors.push_back(std::move(tensor));
    }
    detail::check_names(names, own, tensors);
    return tensors;
}

}  // namespace espalier::io
