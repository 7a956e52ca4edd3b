// SPDX-License-Identifier: MIT
#pragma once

#include "norm_layers.hpp"
#include "shape_layers.hpp"

/// Norms as exporters write them for versions of ONNX without an operator for it: mean, difference, its mean square,
/// quotient, and where they are, weight and bias. A group norm is that of a Reshape to [groups, …], and back.
namespace importer {

class norm_pattern {
public:
    explicit norm_pattern(translation& model) : model_(model), graph_(model.graph) {}

    /// Takes the nodes from a value on, where they are the pattern; else nothing.
    bool read(state& at, const nodes& readers, std::vector<piece>& pieces) {
        const auto found = standardisation_of(at.value, readers, at.sample);
        if (!found) return false;
        const shape last(at.sample.end() - static_cast<std::ptrdiff_t>(found->axes), at.sample.end());
        add(at, readers, pieces, found->quotient, last, found->is_centred ? "layer_norm" : "rms_norm",
            {"ep::last_axes(" + std::to_string(found->axes) + ")"}, found->epsilon, found->is_centred);
        return true;
    }

    /// The same of a group norm, whose first node is a Reshape.
    bool read_grouped(state& at, const nodes& readers, std::vector<piece>& pieces) {
        const onnx::NodeProto* const first = among(readers, "Reshape");
        if (readers.size() != 1 || first == nullptr || first->output(0) == graph_.output()) return false;
        const auto grouped = sample_behind(*first, at.sample);
        if (!grouped || grouped->size() != 2 || at.sample[0] % grouped->front() != 0) return false;
        const std::string& x = first->output(0);
        const onnx::NodeProto* quotient = follower(*first, "InstanceNormalization");
        double epsilon = 1e-5;
        if (quotient != nullptr) {
            if (!is_plain(*quotient, grouped->front(), epsilon)) return false;
        } else {
            const auto found = standardisation_of(x, graph_.readers(x), *grouped);
            if (!found || !found->is_centred || found->axes != 1) return false;
            quotient = found->quotient;
            epsilon = found->epsilon;
        }
        const onnx::NodeProto* const last = follower(*quotient, "Reshape");
        if (last == nullptr || sample_behind(*last, *grouped) != at.sample) return false;
        shape along_channels(at.sample.size(), 1);
        along_channels[0] = at.sample[0];
        add(at, readers, pieces, last, along_channels, "group_norm", {std::to_string(grouped->front())}, epsilon, true);
        return true;
    }

private:
    struct standardisation {
        const onnx::NodeProto* quotient;
        std::size_t axes;
        bool is_centred;
        double epsilon;
    };

    /// (x − mean) / √(variance + ε) over the last axes, or x / √(mean of x² + ε).
    std::optional<standardisation> standardisation_of(std::string x, const nodes& readers, const shape& sample) const {
        const onnx::NodeProto* const difference = among(readers, "Sub");
        std::size_t axes = 0, same_axes = 0;
        if (difference != nullptr) {
            const onnx::NodeProto* const mean = among(readers, "ReduceMean");
            if (readers.size() != 2 || mean == nullptr || !is(*difference, {x, mean->output(0)}) ||
                !only_reader(*mean) || !takes_mean(*mean, sample, axes))
                return std::nullopt;
            x = difference->output(0);
        }
        const nodes& next = difference == nullptr ? readers : graph_.readers(x);
        const onnx::NodeProto* const square = among(next, "Pow") != nullptr ? among(next, "Pow") : among(next, "Mul");
        const onnx::NodeProto* const quotient = among(next, "Div");
        if (next.size() != 2 || square == nullptr || quotient == nullptr || !is_square(*square, x)) return std::nullopt;
        const onnx::NodeProto* const mean = follower(*square, "ReduceMean");
        if (mean == nullptr || !takes_mean(*mean, sample, same_axes) || (difference != nullptr && axes != same_axes))
            return std::nullopt;
        const onnx::NodeProto* const shifted = follower(*mean, "Add");
        const onnx::NodeProto* const root = shifted == nullptr ? nullptr : follower(*shifted, "Sqrt");
        if (root == nullptr || shifted->input_size() != 2 || !only_reader(*root) ||
            !is(*quotient, {x, root->output(0)}))
            return std::nullopt;
        const std::string& other = shifted->input(shifted->input(0) == mean->output(0) ? 1 : 0);
        if (!graph_.is_constant(other)) return std::nullopt;
        const numbers epsilon = graph_.constant(*shifted, other);
        if (epsilon.values.size() != 1 || !(epsilon.values[0] > 0)) return std::nullopt;
        return standardisation{quotient, same_axes, difference != nullptr, model_.literal(epsilon.values[0])};
    }

    /// The layer that ends with a node, or with the weight and bias of that shape behind it.
    void add(state& at, const nodes& readers, std::vector<piece>& pieces, const onnx::NodeProto* end,
             const shape& extents, const char* word, std::vector<std::string> arguments, double epsilon,
             bool may_have_bias) {
        std::vector<learned_tensor> tensors;
        if (auto weight = affine(end, "Mul", "weight", extents)) {
            tensors.push_back(std::move(*weight));
            if (may_have_bias)
                if (auto bias = affine(end, "Add", "bias", extents)) tensors.push_back(std::move(*bias));
        }
        if (std::string_view(word) == "group_norm") {  // which has both or none, a number for each channel
            if (tensors.size() == 1) tensors.push_back({"bias", {}, std::vector<double>(extents[0])});
            for (learned_tensor& each : tensors) each.extents = {extents[0]};
        }
        arguments.push_back(detail::epsilon_text(epsilon));
        if (tensors.empty()) arguments.push_back("ep::no_affine");
        if (may_have_bias && tensors.size() == 1) arguments.push_back("ep::no_bias");
        taken_.clear();
        take(readers, end->output(0));
        pieces.push_back(
            model_.made_of(*graph_.maker(end->output(0)), word + detail::options(arguments), std::move(tensors)));
        at.value = end->output(0);
    }

    /// What a Reshape makes of a sample, where it leaves the batch alone.
    std::optional<shape> sample_behind(const onnx::NodeProto& node, const shape& sample) {
        if (node.input_size() != 2) return std::nullopt;
        if (!graph_.is_constant(node.input(1)) && graph_.shape_maker(node.input(1)) == nullptr) return std::nullopt;
        return sample_of_reshape(model_, node, sample);
    }
    /// Whether an instance norm of a sample [groups][…] has no weights.
    bool is_plain(const onnx::NodeProto& node, std::size_t groups, double& epsilon) const {
        if (node.input_size() != 3 || !graph_.is_constant(node.input(1)) || !graph_.is_constant(node.input(2)))
            return false;
        const auto all = [&](int i, double value) {
            const numbers found = graph_.constant(node, node.input(i));
            return found.values.size() == groups &&
                   std::ranges::all_of(found.values, [=](double each) { return each == value; });
        };
        attributes given(graph_, node);
        epsilon = given.number("epsilon", 1e-5);
        return epsilon > 0 && all(1, 1) && all(2, 0);
    }

    const onnx::NodeProto* among(const nodes& readers, std::string_view operation) const {
        for (const std::size_t each : readers)
            if (graph_.node(each).op_type() == operation && graph_.node(each).output_size() == 1)
                return &graph_.node(each);
        return nullptr;
    }
    bool only_reader(const onnx::NodeProto& of) const {
        return of.output_size() == 1 && graph_.readers(of.output(0)).size() == 1 && of.output(0) != graph_.output();
    }
    const onnx::NodeProto* follower(const onnx::NodeProto& of, std::string_view operation) const {
        return only_reader(of) ? among(graph_.readers(of.output(0)), operation) : nullptr;
    }
    static bool is(const onnx::NodeProto& node, const std::vector<std::string>& inputs) {
        return std::ranges::equal(node.input(), inputs);
    }
    bool is_square(const onnx::NodeProto& node, const std::string& x) const {
        if (node.op_type() == "Mul") return is(node, {x, x});
        if (node.input_size() != 2 || node.input(0) != x || !graph_.is_constant(node.input(1))) return false;
        const numbers power = graph_.constant(node, node.input(1));
        return power.values.size() == 1 && power.values[0] == 2;
    }
    /// The mean over the last axes, which stay as extents of 1.
    bool takes_mean(const onnx::NodeProto& node, const shape& sample, std::size_t& count) const {
        attributes given(graph_, node);
        std::vector<std::int64_t> axes = given.integers("axes", {});
        if (node.input_size() == 2 && graph_.is_constant(node.input(1))) axes = graph_.integers(node, node.input(1));
        const bool keeps = given.integer("keepdims", 1) == 1;
        const auto rank = static_cast<std::int64_t>(sample.size()) + 1;
        for (std::int64_t& each : axes)
            if (each < 0) each += rank;
        std::ranges::sort(axes);
        count = axes.size();
        for (std::size_t i = 0; i < count; ++i)
            if (axes[count - 1 - i] != rank - 1 - static_cast<std::int64_t>(i)) return false;
        return keeps && count > 0 && count < static_cast<std::size_t>(rank);
    }
    /// A constant of the normalised shape behind the node, which is taken along.
    std::optional<learned_tensor> affine(const onnx::NodeProto*& end, const char* operation, const char* name,
                                         const shape& extents) const {
        const onnx::NodeProto* const next = follower(*end, operation);
        if (next == nullptr || next->input_size() != 2) return std::nullopt;
        const std::string& other = next->input(next->input(0) == end->output(0) ? 1 : 0);
        if (!graph_.is_constant(other)) return std::nullopt;
        numbers found = graph_.constant(*next, other);
        while (found.extents.size() > extents.size() && found.extents.front() == 1)
            found.extents.erase(found.extents.begin());
        if (found.extents != extents) return std::nullopt;
        end = next;
        return learned_tensor{name, extents, std::move(found.values)};
    }
    /// An attribute that the pattern does not know would change what it means.
    void check_attributes(const onnx::NodeProto& node) const {
        attributes given(graph_, node);
        if (node.op_type() == "ReduceMean") {
            given.integers("axes", {});
            given.integer("keepdims", 1);
            given.only("noop_with_empty_axes", 0);
        } else if (node.op_type() == "Reshape") {
            given.only("allowzero", 0);
        } else if (node.op_type() == "InstanceNormalization") {
            given.number("epsilon", 1e-5);
        }
        given.none_left();
    }
    /// Everything from the readers on to the node that makes the end.
    void take(const nodes& readers, const std::string& end) {
        nodes waiting = readers;
        while (!waiting.empty()) {
            const std::size_t index = *waiting.begin();
            waiting.erase(waiting.begin());
            if (!taken_.insert(index).second) continue;
            model_.use(index);
            check_attributes(graph_.node(index));
            if (graph_.node(index).output(0) == end) continue;
            const nodes& next = graph_.readers(graph_.node(index).output(0));
            waiting.insert(next.begin(), next.end());
        }
    }

    translation& model_;
    const model_graph& graph_;
    nodes taken_;
};

}  // namespace importer
