// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// Layer norm as exporters write it for versions of ONNX without an operator for it: mean, difference, its mean square,
/// quotient, and where they are, weight and bias.
namespace importer {

class norm_pattern {
public:
    explicit norm_pattern(translation& model) : model_(model), graph_(model.graph) {}

    /// Takes the nodes from a value on, where they are the pattern; else nothing.
    bool read(state& at, const nodes& readers, std::vector<piece>& pieces) {
        taken_.clear();
        const onnx::NodeProto* const difference = among(readers, "Sub");
        std::string x = at.value;
        std::size_t axes = 0;
        if (difference != nullptr) {
            const onnx::NodeProto* const mean = among(readers, "ReduceMean");
            if (readers.size() != 2 || mean == nullptr || !is(*difference, {x, mean->output(0)}) ||
                !only_reader(*mean) || !takes_mean(*mean, at, axes))
                return false;
            x = difference->output(0);
        }
        const nodes& next = difference == nullptr ? readers : graph_.readers(x);
        const onnx::NodeProto* const square = among(next, "Pow") != nullptr ? among(next, "Pow") : among(next, "Mul");
        const onnx::NodeProto* const quotient = among(next, "Div");
        std::size_t same_axes = 0;
        if (next.size() != 2 || square == nullptr || quotient == nullptr || !is_square(*square, x)) return false;
        const onnx::NodeProto* const mean = follower(*square, "ReduceMean");
        if (mean == nullptr || !takes_mean(*mean, at, same_axes) || (difference != nullptr && axes != same_axes))
            return false;
        const onnx::NodeProto* const shifted = follower(*mean, "Add");
        const onnx::NodeProto* const root = shifted == nullptr ? nullptr : follower(*shifted, "Sqrt");
        if (root == nullptr || shifted->input_size() != 2 || !only_reader(*root) ||
            !is(*quotient, {x, root->output(0)}))
            return false;
        const std::string& other = shifted->input(shifted->input(0) == mean->output(0) ? 1 : 0);
        if (!graph_.is_constant(other)) return false;
        const numbers epsilon = graph_.constant(*shifted, other);
        if (epsilon.values.size() != 1 || !(epsilon.values[0] > 0)) return false;

        const shape last(at.sample.end() - static_cast<std::ptrdiff_t>(same_axes), at.sample.end());
        const onnx::NodeProto* end = quotient;
        std::vector<learned_tensor> tensors;
        if (auto weight = affine(end, "Mul", "weight", last)) {
            tensors.push_back(std::move(*weight));
            if (difference != nullptr)
                if (auto bias = affine(end, "Add", "bias", last)) tensors.push_back(std::move(*bias));
        }
        const bool is_centred = difference != nullptr;
        std::string text =
            std::string(is_centred ? "layer_norm" : "rms_norm") + "<ep::last_axes(" + std::to_string(same_axes) + ")";
        const double added = model_.literal(epsilon.values[0]);
        if (added != 1e-5) text += ", ep::epsilon(" + decimal(added) + ")";
        if (tensors.empty()) text += ", ep::no_affine";
        if (is_centred && tensors.size() == 1) text += ", ep::no_bias";
        take(readers, end->output(0));
        pieces.push_back(model_.made_of(*graph_.maker(end->output(0)), text + ">", std::move(tensors)));
        at.value = end->output(0);
        return true;
    }

private:
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
    bool takes_mean(const onnx::NodeProto& node, const state& at, std::size_t& count) const {
        attributes given(graph_, node);
        std::vector<std::int64_t> axes = given.integers("axes", {});
        if (node.input_size() == 2 && graph_.is_constant(node.input(1))) axes = graph_.integers(node, node.input(1));
        const bool keeps = given.integer("keepdims", 1) == 1;
        const auto rank = static_cast<std::int64_t>(at.sample.size()) + 1;
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
        if (found.extents != extents) return std::nullopt;
        end = next;
        return learned_tensor{name, extents, std::move(found.values)};
    }
    /// Everything from the readers on to the node that makes the end.
    void take(const nodes& readers, const std::string& end) {
        nodes waiting = readers;
        while (!waiting.empty()) {
            const std::size_t index = *waiting.begin();
            waiting.erase(waiting.begin());
            if (!taken_.insert(index).second) continue;
            model_.use(index);
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
