// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// Embeddings: a Gather of rows of a constant table, by the integers that the model takes, or that numbers become by a
/// Cast, with a Clip to the table's rows or without one. Espalier's embedding clips in any case: what ONNX would count
/// from the table's end, or refuse, is its first or last row.
namespace importer {

class lookup_pattern {
public:
    explicit lookup_pattern(translation& model) : model_(model), graph_(model.graph) {}

    /// Takes the nodes from a value on, where they are the pattern; else nothing.
    bool read(state& at, const nodes& readers, std::vector<piece>& pieces) {
        if (readers.size() != 1) return false;
        nodes taken = readers;
        const onnx::NodeProto* node = &graph_.node(*readers.begin());
        const onnx::NodeProto* clip = nullptr;
        if (node->op_type() == "Clip" && node->input_size() == 3) {
            clip = node;
            node = next(*node, taken);
        }
        if (node != nullptr && node->op_type() == "Cast" && casts_to_integers(*node))
            node = next(*node, taken);
        else if (clip != nullptr)
            return false;
        if (node == nullptr || node->op_type() != "Gather" || node->input_size() != 2 || node->output_size() != 1 ||
            !graph_.is_constant(node->input(0)))
            return false;
        attributes given(graph_, *node);
        given.only("axis", 0);
        given.none_left();
        numbers table = graph_.constant(*node, node->input(0));
        constexpr std::size_t most = std::size_t{1} << 24;  // indices that are exact as float
        if (table.extents.size() != 2 || table.values.empty() || table.extents[0] > most)
            graph_.fail(*node, "a table of 1 to 2^24 rows", "shape " + written(table.extents));
        if (clip != nullptr && !clips_to(*clip, table.extents[0])) return false;
        if (at.sample.size() == espalier::extents::max_rank)
            graph_.fail(*node, "samples of at most 5 axes", std::to_string(at.sample.size()));
        const std::size_t rows = table.extents[0], columns = table.extents[1];
        if (size_of(at.sample) > most_elements / columns)
            graph_.fail(*node, "samples of at most " + std::to_string(most_elements) + " elements", "larger ones");
        for (const std::size_t each : taken) model_.use(each);
        if (clip != nullptr) attributes(graph_, *clip).none_left();
        std::vector<learned_tensor> tensors{{"weight", table.extents, std::move(table.values)}};
        pieces.push_back(model_.made_of(*taken.rbegin(),
                                        "embedding<" + std::to_string(rows) + ", " + std::to_string(columns) + ">",
                                        std::move(tensors)));
        at.sample.push_back(columns);
        at.value = node->output(0);
        return true;
    }

private:
    /// The one node that reads what a node makes.
    const onnx::NodeProto* next(const onnx::NodeProto& of, nodes& taken) const {
        if (of.output_size() != 1 || of.output(0) == graph_.output()) return nullptr;
        const nodes& readers = graph_.readers(of.output(0));
        if (readers.size() != 1) return nullptr;
        taken.insert(*readers.begin());
        return &graph_.node(*readers.begin());
    }
    bool casts_to_integers(const onnx::NodeProto& node) const {
        attributes given(graph_, node);
        const std::int64_t to = given.integer("to", 0);
        given.none_left();
        return to == onnx::TensorProto::INT64 || to == onnx::TensorProto::INT32;
    }
    bool clips_to(const onnx::NodeProto& node, std::size_t rows) const {
        const auto is = [&](int i, double value) {
            if (!graph_.is_constant(node.input(i))) return false;
            const numbers bound = graph_.constant(node, node.input(i));
            return bound.values.size() == 1 && bound.values[0] == value;
        };
        return is(1, 0) && is(2, static_cast<double>(rows - 1));
    }

    translation& model_;
    const model_graph& graph_;
};

}  // namespace importer
