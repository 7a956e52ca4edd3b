// SPDX-License-Identifier: MIT
#pragma once

#include "layers.hpp"
#include "lookup_pattern.hpp"
#include "norm_pattern.hpp"

/// From the graph of a model to a network of Espalier's layers.
namespace importer {

class translator {
public:
    explicit translator(const model_graph& graph) : graph_(graph), model_{.graph = graph} {}

    imported_network all() {
        imported_network made;
        const onnx::ValueInfoProto& input = graph_.input();
        const std::string where = "input " + in_quotes(input.name());
        const onnx::TypeProto::Tensor& type = input.type().tensor_type();
        if (!input.type().has_tensor_type()) graph_.fail(where, "a tensor", "none");
        made.is_double = model_.is_double = is_double(type.elem_type(), where);
        made.input = sample_of(type, where);
        state at{input.name(), made.input};
        made.pieces = sequence(at, graph_.output(), nullptr);
        made.output = at.sample;
        for (const std::size_t each : graph_.readers(at.value))
            if (leads_to(each, graph_.output()))
                graph_.fail(graph_.node(each), "no node that reads the output", "this one");
        return made;
    }

private:
    /// Integers, which an embedding may take, are numbers of the type that the model makes.
    bool is_double(int type, const std::string& where) const {
        if (type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::DOUBLE)
            return type == onnx::TensorProto::DOUBLE;
        if (type != onnx::TensorProto::INT64 && type != onnx::TensorProto::INT32)
            graph_.fail(where, "a tensor of type FLOAT or DOUBLE, or integers for an embedding",
                        model_graph::type_text(type));
        for (const std::size_t each : graph_.readers(graph_.input().name()))
            if (const onnx::NodeProto& node = graph_.node(each);
                node.op_type() != "Gather" || node.input_size() != 2 || node.input(1) != graph_.input().name())
                graph_.fail(node, "a Gather by the integers that the model takes", "another operator");
        return graph_.output_type() == onnx::TensorProto::DOUBLE;
    }

    /// The shape of a sample: all but the batch, which may have any extent or none.
    shape sample_of(const onnx::TypeProto::Tensor& type, const std::string& where) {
        if (!type.has_shape() || type.shape().dim_size() < 2 || type.shape().dim_size() > 7)
            graph_.fail(where, "a shape of 2 to 7 axes, the batch and a sample's",
                        type.has_shape() ? std::to_string(type.shape().dim_size()) + " axes" : "no shape");
        if (type.shape().dim(0).has_dim_value()) model_.shapes.batch = type.shape().dim(0).dim_value();
        shape sample;
        std::uint64_t size = 1;
        for (int axis = 1; axis < type.shape().dim_size(); ++axis) {
            const auto& dim = type.shape().dim(axis);
            if (!dim.has_dim_value())
                graph_.fail(where, "a fixed extent on axis " + std::to_string(axis),
                            dim.dim_param().empty() ? "a dynamic one" : in_quotes(dim.dim_param()));
            const auto extent = static_cast<std::uint64_t>(dim.dim_value());
            if (dim.dim_value() < 1 || extent > most_elements || (size *= extent) > most_elements)
                graph_.fail(where, "extents from 1, at most " + std::to_string(most_elements) + " elements",
                            std::to_string(dim.dim_value()) + " on axis " + std::to_string(axis));
            sample.push_back(static_cast<std::size_t>(extent));
        }
        return sample;
    }

    /// The layers from a value to another one; within a branch, by the nodes of that branch.
    std::vector<piece> sequence(state& at, const std::string& end, const nodes* allowed) {
        std::vector<piece> pieces;
        while (at.value != end) {
            model_.shapes.samples.emplace(at.value, at.sample);
            nodes readers;
            for (const std::size_t each : graph_.readers(at.value))
                if (allowed == nullptr ? leads_to(each, end) : allowed->contains(each)) readers.insert(each);
            if (readers.empty()) graph_.fail("value " + in_quotes(at.value), "a way on to " + in_quotes(end), "none");
            const onnx::NodeProto& first = graph_.node(*readers.begin());
            if (lookup_pattern(model_).read(at, readers, pieces) ||
                norm_pattern(model_).read_grouped(at, readers, pieces))
                continue;
            if (const layer_reader read = reader_of(first.op_type()); read != nullptr && readers.size() == 1) {
                step one(model_, *readers.begin(), at, pieces);
                read(one);
                one.finish();
                continue;
            }
            if (norm_pattern(model_).read(at, readers, pieces) || expression(at, readers, end, pieces)) continue;
            if (readers.size() == 1 && !joins_itself(first, at.value)) fail_at_one(first);
            pieces.push_back(branches(at, readers, end));
        }
        return pieces;
    }

    /// Whether branches meet in a node that are all empty.
    static bool joins_itself(const onnx::NodeProto& node, const std::string& value) {
        return (node.op_type() == "Concat" || node.op_type() == "Sum") &&
               std::ranges::all_of(node.input(), [&](const std::string& each) { return each == value; });
    }

    /// Says why the one node that reads a value is no layer and no part of an expression.
    [[noreturn]] void fail_at_one(const onnx::NodeProto& node) const {
        for (int i = 0; i < node.input_size() && is_elementwise(node.op_type()); ++i) {
            if (!graph_.is_constant(node.input(i))) continue;
            const numbers found = graph_.constant(node, node.input(i));
            if (found.values.size() != 1)
                graph_.fail(node, "constants of one element as input " + std::to_string(i),
                            "shape " + written(found.extents));
        }
        graph_.fail(node, "an operator that the importer knows", in_quotes(node.op_type()));
    }

    /// Whether what a node makes is used, in the end, for a value.
    bool leads_to(std::size_t node, const std::string& end) {
        if (!ancestors_.contains(end)) ancestors_.emplace(end, ancestors_of(end));
        return ancestors_.at(end).contains(node);
    }
    nodes ancestors_of(const std::string& value) const {
        nodes found;
        std::vector<std::string> waiting{value};
        while (!waiting.empty()) {
            const auto maker = graph_.maker(waiting.back());
            waiting.pop_back();
            if (!maker || !found.insert(*maker).second) continue;
            for (const std::string& each : graph_.node(*maker).input()) waiting.push_back(each);
        }
        return found;
    }

    /// A chain of elementwise operators, or a bundle that comes together again, as one activation.
    bool expression(state& at, const nodes& first, const std::string& end, std::vector<piece>& pieces) {
        std::map<std::string, term_pointer> known{{at.value, variable()}};
        std::map<std::string, std::size_t> unread{{at.value, first.size()}};  // readers not yet seen of open values
        nodes waiting = first, seen, taken, taken_until_exit;
        std::string exit;
        while (!waiting.empty()) {
            const std::size_t index = *waiting.begin();
            waiting.erase(waiting.begin());
            if (!seen.insert(index).second) continue;
            const onnx::NodeProto& node = graph_.node(index);
            std::vector<term_pointer> operands;
            if (!is_elementwise(node.op_type()) || node.output_size() != 1 || !operands_of(node, known, operands))
                continue;
            known[node.output(0)] = elementwise_term(graph_, node, operands);
            taken.insert(index);
            for (const std::string& each : std::set<std::string>(node.input().begin(), node.input().end()))
                if (const auto open = unread.find(each); open != unread.end() && --open->second == 0)
                    unread.erase(open);
            const nodes& next = graph_.readers(node.output(0));
            unread[node.output(0)] = next.size() + (node.output(0) == end ? 1 : 0);
            if (unread.size() == 1) {
                exit = node.output(0);
                taken_until_exit = taken;
                // What has a layer of its own begins one.
                if (exit == end || next.size() != 1 || reader_of(graph_.node(*next.begin()).op_type()) != nullptr)
                    break;
            }
            waiting.insert(next.begin(), next.end());
        }
        if (exit.empty()) return false;
        for (const std::size_t each : taken_until_exit) model_.use(each);
        const term& found = *known[exit];
        if (found.is == term::kind::condition)
            graph_.fail("value " + in_quotes(exit), "numbers", "the outcome of a comparison");
        const std::string text = activation_text(found);
        if (text != "identity") pieces.push_back(model_.made_of(*taken_until_exit.rbegin(), text));
        at.value = exit;
        return true;
    }

    /// The operands as terms, where each is one: known, or a constant number.
    bool operands_of(const onnx::NodeProto& node, const std::map<std::string, term_pointer>& known,
                     std::vector<term_pointer>& operands) const {
        for (const std::string& each : node.input()) {
            if (each.empty()) {
                operands.push_back(nullptr);
            } else if (const auto found = known.find(each); found != known.end()) {
                operands.push_back(found->second);
            } else if (graph_.is_constant(each)) {
                const numbers constant = graph_.constant(node, each);
                if (constant.values.size() != 1) return false;
                operands.push_back(number(model_.literal(constant.values[0])));
            } else {
                return false;
            }
        }
        return true;
    }

    /// Several ways from a value to the first node where all of them meet.
    piece branches(state& at, const nodes& readers, const std::string& end) {
        const std::size_t meeting = meeting_of(at.value, readers, end);
        const onnx::NodeProto& node = graph_.node(meeting);
        const bool is_concat = node.op_type() == "Concat";
        const bool is_sum = node.op_type() == "Add" || node.op_type() == "Sum";
        if (!is_concat && !is_sum && node.op_type() != "Mul")
            graph_.fail(node, "Add, Sum, Mul or Concat where branches meet", "another operator");
        if (depth_ >= deepest) graph_.fail(node, "branches at most 32 deep", "deeper ones");
        attributes given(graph_, node);
        const auto axes = static_cast<std::int64_t>(at.sample.size()) + 1;
        const std::int64_t axis = is_concat ? given.integer("axis", 0) : 1;
        if (axis != 1 && axis + axes != 1) graph_.fail(node, "axis = 1, behind the batch", std::to_string(axis));
        given.none_left();

        piece made = model_.made_of(meeting, is_concat ? "concat" : is_sum ? "add" : "multiply");
        if (node.input_size() < 2 || node.input_size() > 8)
            graph_.fail(node, "2 to 8 inputs", std::to_string(node.input_size()));
        model_.use(meeting);
        ++depth_;
        shape joined;
        for (const std::string& each : node.input()) {
            const nodes way = ancestors_of(each);
            state branch = at;
            made.branches.push_back(sequence(branch, each, &way));
            if (joined.empty()) {
                joined = branch.sample;
                continue;
            }
            shape aligned = branch.sample;
            if (is_concat && aligned.size() == joined.size()) aligned[0] = joined[0];
            if (aligned != joined) graph_.fail(node, "branches of shape " + written(joined), written(branch.sample));
            if (is_concat) joined[0] += branch.sample[0];
        }
        --depth_;
        if (is_sum && made.branches.size() == 2 && made.branches[0].empty() != made.branches[1].empty()) {
            made.text = "residual";
            if (made.branches[0].empty()) std::swap(made.branches[0], made.branches[1]);
            made.branches.pop_back();
        }
        at = {node.output(0), joined};
        return made;
    }

    /// Reads on in the graph's order until one value alone is left open.
    std::size_t meeting_of(const std::string& value, const nodes& readers, const std::string& end) {
        std::map<std::string, std::size_t> unread{{value, readers.size()}};
        nodes waiting = readers, seen;
        while (!waiting.empty()) {
            const std::size_t index = *waiting.begin();
            waiting.erase(waiting.begin());
            if (!seen.insert(index).second) continue;
            const onnx::NodeProto& node = graph_.node(index);
            if (node.output_size() < 1) graph_.fail(node, "an output", "none");
            for (const std::string& each : std::set<std::string>(node.input().begin(), node.input().end())) {
                const auto open = unread.find(each);
                if (open != unread.end()) {
                    if (--open->second == 0) unread.erase(open);
                } else if (!each.empty() && !graph_.is_constant(each) && graph_.shape_maker(each) == nullptr) {
                    graph_.fail(node, "values from " + in_quotes(value) + " on", in_quotes(each));
                }
            }
            nodes next;
            for (const std::size_t each : graph_.readers(node.output(0)))
                if (leads_to(each, end)) next.insert(each);
            unread[node.output(0)] = next.size() + (node.output(0) == end ? 1 : 0);
            if (unread.size() == 1) return index;
            waiting.insert(next.begin(), next.end());
        }
        graph_.fail(graph_.node(*readers.begin()), "branches that meet again", "some that do not");
    }

    static constexpr int deepest = 32;
    const model_graph& graph_;
    translation model_;
    std::map<std::string, nodes> ancestors_;
    int depth_ = 0;
};

}  // namespace importer
