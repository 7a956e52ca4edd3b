// SPDX-License-Identifier: MIT
#pragma once

#include "model_graph.hpp"

/// Integers that a model computes of its values' shapes, for a Reshape: what PyTorch writes for
/// x.view(x.size(0), -1).
namespace importer {

/// Stands for the batch where the model leaves it open.
inline constexpr std::int64_t any_batch = std::int64_t{-1} << 40;

class shape_numbers {
public:
    explicit shape_numbers(const model_graph& graph) : graph_(graph) {}

    std::optional<std::int64_t> batch;       ///< where the model fixes it
    std::map<std::string, shape> samples{};  ///< of the values that have been on the way

    /// A list of integers, constant or computed of shapes.
    std::vector<std::int64_t> of(const onnx::NodeProto& at, const std::string& name, std::size_t depth = 0) {
        const onnx::NodeProto* const maker = graph_.shape_maker(name);
        if (maker == nullptr) return graph_.integers(at, name);
        if (const auto known = known_.find(name); known != known_.end()) return known->second;
        if (depth == 64) graph_.fail(*maker, "a shape computed by at most 64 nodes in a row", "more");
        std::vector<std::int64_t> made = made_by(*maker, depth + 1);
        if (made.size() > 64) graph_.fail(*maker, "at most 64 numbers of shapes", std::to_string(made.size()));
        return known_[name] = std::move(made);
    }

private:
    std::vector<std::int64_t> made_by(const onnx::NodeProto& node, std::size_t depth) {
        const std::string& operation = node.op_type();
        attributes given(graph_, node);
        const auto list = [&](int i) {
            if (i >= node.input_size() || node.input(i).empty())
                graph_.fail(node, std::to_string(i + 1) + " inputs", std::to_string(node.input_size()));
            return of(node, node.input(i), depth);
        };
        std::vector<std::int64_t> made;
        if (operation == "Shape") {
            const auto found = samples.find(node.input(0));
            if (found == samples.end())
                graph_.fail(node, "the shape of a value that is a layer's", espalier::io::quoted(node.input(0)));
            made = {batch.value_or(any_batch)};
            made.insert(made.end(), found->second.begin(), found->second.end());
        } else if (operation == "Gather") {
            given.only("axis", 0);
            const std::vector<std::int64_t> from = list(0);
            for (const std::int64_t index : list(1)) made.push_back(from[place(node, index, from.size())]);
        } else if (operation == "Slice" && node.input_size() >= 3) {
            const std::vector<std::int64_t> from = list(0), first = list(1), behind = list(2);
            const auto size = static_cast<std::int64_t>(from.size());
            const auto bound = [&](std::int64_t i) { return std::clamp(i < 0 ? i + size : i, std::int64_t{0}, size); };
            const std::vector<std::int64_t> axes = node.input_size() < 4 ? std::vector<std::int64_t>{0} : list(3);
            const std::vector<std::int64_t> steps = node.input_size() < 5 ? std::vector<std::int64_t>{1} : list(4);
            if (first.size() != 1 || behind.size() != 1 || axes != std::vector<std::int64_t>{0} ||
                steps != std::vector<std::int64_t>{1})
                graph_.fail(node, "a slice of axis 0, in steps of 1",
                            "axes (" + listed(axes) + ") from (" + listed(first) + ") to (" + listed(behind) +
                                ") in steps of (" + listed(steps) + ")");
            for (std::int64_t i = bound(first[0]); i < bound(behind[0]); ++i)
                made.push_back(from[static_cast<std::size_t>(i)]);
        } else if (operation == "Concat") {
            given.only("axis", 0);
            for (int i = 0; i < node.input_size(); ++i) {
                const std::vector<std::int64_t> next = list(i);
                made.insert(made.end(), next.begin(), next.end());
            }
        } else if (operation == "Unsqueeze" || operation == "Squeeze") {
            given.integers("axes", {});
            made = list(0);
        } else if (operation == "Cast") {
            given.integer("to", 0);
            made = list(0);
        } else if (operation == "Identity") {
            made = list(0);
        } else {
            graph_.fail(node, "an operator that the importer knows for shapes", espalier::io::quoted(operation));
        }
        given.none_left();
        return made;
    }

    std::size_t place(const onnx::NodeProto& node, std::int64_t index, std::size_t size) const {
        const std::int64_t from_first = index < 0 ? index + static_cast<std::int64_t>(size) : index;
        if (from_first < 0 || from_first >= static_cast<std::int64_t>(size))
            graph_.fail(node, "an index below " + std::to_string(size), std::to_string(index));
        return static_cast<std::size_t>(from_first);
    }

    const model_graph& graph_;
    std::map<std::string, std::vector<std::int64_t>> known_;
};

}  // namespace importer
