// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/rows.hpp>

#include "elementwise.hpp"
#include "shape_numbers.hpp"

namespace importer {

using nodes = std::set<std::size_t>;

inline std::string in_quotes(std::string_view text) { return espalier::io::quoted(text); }
inline std::string written(const shape& extents) { return espalier::detail::written(extents.data(), extents.size()); }

inline std::size_t size_of(const shape& extents) {
    std::size_t product = 1;
    for (const std::size_t each : extents) product *= each;
    return product;
}

/// A value on the way through the graph, and what one sample of it is.
struct state {
    std::string value;
    shape sample;
};

/// What holds for the whole model.
struct translation {
    const model_graph& graph;
    bool is_double = false;
    shape_numbers shapes{graph};
    nodes used{};

    void use(std::size_t node) {
        if (!used.insert(node).second)
            graph.fail(graph.node(node), "one way that leads here", "several: branches may not share layers");
    }
    /// A constant as a person writes it.
    double literal(double value) const { return is_double ? value : as_written(static_cast<float>(value)); }

    piece made_of(std::size_t node, std::string text, std::vector<learned_tensor> tensors = {}) const {
        std::string origin = model_graph::printable(graph.node(node).name());
        if (origin.empty()) origin = "node " + std::to_string(node);
        return {std::move(text), std::move(origin), std::move(tensors), {}};
    }
};

/// One node on its way to one layer, sometimes with nodes behind it.
class step {
public:
    step(translation& in, std::size_t index, state& from, std::vector<piece>& pieces)
        : at(from), node(in.graph.node(index)), given(in.graph, node), in_(in), index_(index), pieces_(pieces) {
        if (node.input_size() == 0 || node.input(0) != at.value)
            fail("the value on the way, " + in_quotes(at.value) + ", as its first input",
                 node.input_size() == 0 ? "no input" : in_quotes(node.input(0)));
        if (node.output_size() < 1 || node.output(0).empty()) fail("an output", "none");
        for (int i = 1; i < node.output_size(); ++i)
            if (!node.output(i).empty() &&
                (!graph().readers(node.output(i)).empty() || node.output(i) == graph().output()))
                fail("one output that is read", "more");
        in.use(index);
        next_ = node.output(0);
    }

    state& at;
    const onnx::NodeProto& node;
    attributes given;

    const model_graph& graph() const { return in_.graph; }
    translation& model() const { return in_; }

    [[noreturn]] void fail(std::string expected, std::string found) const {
        graph().fail(node, std::move(expected), std::move(found));
    }
    void inputs(int least, int most) const {
        if (node.input_size() < least || node.input_size() > most)
            fail(std::to_string(least) + (most > least ? " to " + std::to_string(most) : "") + " inputs",
                 std::to_string(node.input_size()));
    }
    bool has_input(int i) const { return i < node.input_size() && !node.input(i).empty(); }
    numbers constant(int i) const { return graph().constant(node, node.input(i)); }
    std::vector<std::int64_t> integers(int i) const { return graph().integers(node, node.input(i)); }

    /// A constant of `count` elements, as a tensor of that shape.
    learned_tensor tensor(const char* name, int i, const shape& extents) const {
        numbers found = constant(i);
        if (found.values.size() != size_of(extents))
            fail("a constant of shape " + written(extents) + " as input " + std::to_string(i), written(found.extents));
        return {name, extents, std::move(found.values)};
    }

    void add(std::string text, std::vector<learned_tensor> tensors = {}) {
        pieces_.push_back(in_.made_of(index_, std::move(text), std::move(tensors)));
    }
    /// The layer makes samples of another shape.
    void add(std::string text, shape sample, std::vector<learned_tensor> tensors = {}) {
        if (sample.empty() || sample.size() > espalier::extents::max_rank)
            fail("samples of 1 to 6 axes", std::to_string(sample.size()));
        std::uint64_t size = 1;
        for (const std::size_t each : sample)
            if (each == 0 || each > most_elements || (size *= each) > most_elements)
                fail("samples of at most " + std::to_string(most_elements) + " elements", written(sample));
        at.sample = std::move(sample);
        add(std::move(text), std::move(tensors));
    }

    /// The one node that reads what this step has made so far, if there is one of that kind.
    const onnx::NodeProto* follower(std::string_view operation) const {
        const nodes& readers = graph().readers(next_);
        if (readers.size() != 1 || next_ == graph().output()) return nullptr;
        const onnx::NodeProto& found = graph().node(*readers.begin());
        return found.op_type() == operation && found.output_size() == 1 ? &found : nullptr;
    }
    /// Takes that node into this step.
    void take_follower() {
        const std::size_t index = *graph().readers(next_).begin();
        in_.use(index);
        next_ = graph().node(index).output(0);
    }
    const std::string& made() const { return next_; }

    void finish() {
        given.none_left();
        at.value = next_;
    }

private:
    translation& in_;
    std::size_t index_;
    std::vector<piece>& pieces_;
    std::string next_;
};

}  // namespace importer
