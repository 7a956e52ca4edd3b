// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
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

inline bool is_tensor_of(std::span<const named_tensor> tensors, std::string_view name) {
    return std::ranges::find(tensors, name, &named_tensor::name) != tensors.end();
}

/// PyTorch's counter of a batch_norm's batches: it stands beside the running statistics.
inline bool is_batch_counter(std::span<const named_tensor> tensors, std::string_view name) {
    constexpr std::string_view counter = "num_batches_tracked";
    if (!name.ends_with(counter)) return false;
    name.remove_suffix(counter.size());
    return is_tensor_of(tensors, std::string(name) + "running_mean");
}

/// What a checkpoint has beside the tensors of its network: "checkpoint.history", "checkpoint.slot0.<tensor>", ….
inline bool is_of_checkpoint(std::span<const named_tensor> tensors, std::string_view name) {
    constexpr std::string_view start = "checkpoint.", slot = "slot";
    if (!name.starts_with(start)) return false;
    name.remove_prefix(start.size());
    if (name == "history" || name == "checksum") return true;
    const std::string_view group = name.substr(0, name.find('.'));
    const bool is_group = group == "best" || (group.starts_with(slot) && group.size() > slot.size() &&
                                              group.find_first_not_of("0123456789", slot.size()) == group.npos);
    return is_group && group.size() < name.size() && is_tensor_of(tensors, name.substr(group.size() + 1));
}

/// What the elements of a flat list are to names: modules, inputs (which are none), and where branches begin and end.
enum class element_kind : unsigned char { module, input, fork, next_branch, join, residual };

template <class Layer>
constexpr element_kind element_kind_of() {
    if (layer::InputLayer<Layer>) return element_kind::input;
    if (layer::ForkLayer<Layer>) return element_kind::fork;
    if (layer::NextBranchLayer<Layer>) return element_kind::next_branch;
    if (!layer::JoinLayer<Layer>) return element_kind::module;
    return std::string_view(Layer::kind) == "residual" ? element_kind::residual : element_kind::join;
}

/// What a fork leads to: a residual whose second branch is empty has no branches to a user.
inline bool is_plain_residual(std::span<const element_kind> kinds, std::size_t fork) {
    std::size_t depth = 0, branch = 0, in_others = 0;
    for (std::size_t i = fork + 1;; ++i) {
        const bool joins = kinds[i] == element_kind::join || kinds[i] == element_kind::residual;
        if (joins && depth == 0) return kinds[i] == element_kind::residual && in_others == 0;
        if (kinds[i] == element_kind::next_branch && depth == 0)
            ++branch;
        else if (branch > 0)
            ++in_others;
        if (kinds[i] == element_kind::fork) ++depth;
        if (joins) --depth;
    }
}

/// The names of the elements, as nested torch.nn.Sequential modules have them: "3", and within branches "3.0.1": the
/// join's index, the branch's (none in a residual of one branch), the layer's.
inline std::vector<std::string> module_paths(std::span<const element_kind> kinds) {
    struct level {
        std::string base;
        bool plain;
        std::size_t branch = 0, index = 0;
        std::string next() { return base + (plain ? "" : std::to_string(branch) + ".") + std::to_string(index++); }
    };
    std::vector<level> levels{{"", true}};
    std::vector<std::string> paths(kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == element_kind::module) paths[i] = levels.back().next();
        if (kinds[i] == element_kind::fork) levels.push_back({levels.back().next() + ".", is_plain_residual(kinds, i)});
        if (kinds[i] == element_kind::next_branch) {
            ++levels.back().branch;
            levels.back().index = 0;
        }
        if (kinds[i] == element_kind::join || kinds[i] == element_kind::residual) levels.pop_back();
    }
    return paths;
}

template <class Net>
struct module_list;
template <class... Layers>
struct module_list<network<Layers...>> {
    static constexpr element_kind kinds[] = {element_kind_of<Layers>()...};
    static constexpr bool is_prelu[] = {std::string_view(Layers::kind) == "prelu" ...};
    static std::vector<std::string> names() { return {layer_name<Layers>()...}; }
};

/// The last part of a name: PyTorch's word where it has another one, and a number where a layer's words repeat.
inline std::string own_name(std::span<const parameter_tensor> all, const parameter_tensor& tensor, bool is_prelu) {
    if (is_prelu) return "weight";
    std::size_t alike = 0;
    for (const parameter_tensor& each : all) alike += each.layer == tensor.layer && each.what.name == tensor.what.name;
    return std::string(tensor.what.name) + (alike > 1 ? std::to_string(tensor.position) : "");
}

inline void refuse_names(const std::string& why) { throw std::invalid_argument("tensor names: " + why); }

/// Whether bytes are UTF-8: nothing longer than it must be, no surrogates, nothing above U+10FFFF.
inline bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto first = static_cast<unsigned char>(bytes.front());
        const std::size_t length = first < 0x80       ? 1
                                   : first >> 5 == 6  ? 2
                                   : first >> 4 == 14 ? 3
                                   : first >> 3 == 30 ? 4
                                                      : 0;
        if (length == 0 || length > bytes.size()) return false;
        std::uint32_t code = length == 1 ? first : first & (0x7fu >> length);
        for (const char c : bytes.substr(1, length - 1)) {
            if ((c & 0xc0) != 0x80) return false;
            code = code << 6 | (static_cast<unsigned char>(c) & 0x3fu);
        }
        constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

/// Names that nobody has, or two have, or a file cannot hold, are a mistake of the caller's.
inline void check_names(const tensor_names& names, std::span<const std::string> own,
                        std::span<const named_tensor> tensors) {
    for (const auto& [from, to] : names.pairs()) {
        bool known = false;
        for (const std::string& each : own) known = known || each == from;
        if (!known)
            refuse_names("the network has no tensor " + io::quoted(from) + "; its first is " +
                         (own.empty() ? "missing" : io::quoted(own.front())));
    }
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (tensors[i].name == "__metadata__" || !is_utf8(tensors[i].name))
            refuse_names(io::quoted(own[i]) + " is called " + io::quoted(tensors[i].name) +
                         ", which is no UTF-8, or what safetensors files call their metadata");
        for (std::size_t j = 0; j < i; ++j)
            if (tensors[i].name == tensors[j].name)
                refuse_names(io::quoted(own[j]) + " and " + io::quoted(own[i]) + " are both called " +
                             io::quoted(tensors[i].name));
    }
}

}  // namespace detail

/// The tensors of a network in the order of the flat vector, named as PyTorch's state_dict names those of the same
/// layers in an nn.Sequential ("0.weight": dense, activations, flatten and dropout take an index each, the input takes
/// none; "3.0.weight" in a residual, "3.1.0.weight" in the second of several branches), then as `names` says. Throws
/// std::invalid_argument for names that do not fit the network.
template <Network Net, class Scalar>
std::vector<named_tensor> tensors_of(const tensor_names& names = {}) {
    using modules = detail::module_list<flat_network<Net>>;
    constexpr auto list =
        std::span<const parameter_tensor>(parameter_tensors<Net, Scalar>).first(parameter_tensor_count<Net>);
    const std::vector<std::string> layers = modules::names(), paths = detail::module_paths(modules::kinds);
    std::vector<named_tensor> tensors;
    std::vector<std::string> own;
    for (const parameter_tensor& each : list) {
        own.push_back(paths[each.layer] + "." + detail::own_name(list, each, modules::is_prelu[each.layer]));
        named_tensor tensor{
            .name = names(own.back()), .where = {}, .shape = {}, .offset = each.offset, .size = each.size};
        tensor.where = "layer " + std::to_string(layer_number<Net>(each.layer)) + " (" + layers[each.layer] + "), " +
                       std::string(each.what.name) + ", in the file " + io::quoted(tensor.name);
        tensor.shape.assign(each.what.shape.extent, each.what.shape.extent + each.what.shape.rank);
        tensors.push_back(std::move(tensor));
    }
    detail::check_names(names, own, tensors);
    return tensors;
}

}  // namespace espalier::io
