// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <espalier/plan/describe.hpp>

namespace espalier {

namespace detail {

[[gnu::cold]] inline std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char each : text) {
        if (each == '"' || each == '\\') out += '\\';
        out += each;
    }
    return out + "\"";
}

/// Writes the graph line by line.
class dot_writer {
public:
    explicit dot_writer(const plan_view& plan) : plan_(plan) {}

    [[gnu::cold]] std::string text() {
        out_ =
            "digraph network {\n"
            "    graph [newrank=true, nodesep=0.6, ranksep=0.45, fontname=\"Helvetica\", fontsize=11, labelloc=b,\n"
            "           label=\"solid: values go down, deltas up; dashed: what a gradient reads beside its delta\"];\n"
            "    node [shape=box, style=\"rounded,filled\", fillcolor=white, color=gray40, fontname=\"Helvetica\", "
            "fontsize=11];\n"
            "    edge [color=gray25, fontname=\"Helvetica\", fontsize=10, arrowsize=0.7];\n";
        for (std::size_t s = 0; s < plan_.stages.size(); ++s) stage_cluster(s);
        line("loss [label=\"loss\", shape=ellipse, fillcolor=gray92]");
        for (std::size_t s = 0; s < plan_.stages.size(); ++s) gradient_nodes(s);
        forward_edges();
        for (std::size_t s = 0; s < plan_.stages.size(); ++s) backward_edges(s);
        return out_ + "}\n";
    }

private:
    static std::string layer(std::size_t l) { return "layer" + std::to_string(l); }
    static std::string delta(std::size_t s) { return "delta" + std::to_string(s); }
    static std::string gradient(std::size_t s) { return "gradient" + std::to_string(s); }
    static std::string learned(std::size_t s) { return "learned" + std::to_string(s); }

    [[gnu::cold]] void line(const std::string& text, std::size_t depth = 1) {
        out_ += std::string(4 * depth, ' ') + text + ";\n";
    }
    [[gnu::cold]] void edge(const std::string& from, const std::string& to, const std::string& label,
                            const std::string& more = {}) {
        line(from + " -> " + to + " [label=" + in_quotes(label) + more + "]");
    }
    /// Against the ranks, which go down: the arrow is drawn from `from`, which lies below.
    void upward(const std::string& from, const std::string& to) { line(to + " -> " + from + " [dir=back, weight=5]"); }
    void beside(const std::string& left, const std::string& right) {
        line("{ rank=same; " + left + "; " + right + " }");
    }
    /// What is read must not pull its reader out of its rank.
    [[gnu::cold]] void read(const std::string& from, const std::string& to, const std::string& tensor) {
        edge(from, to, tensor, ", style=dashed, color=steelblue, fontcolor=steelblue, constraint=false");
    }

    [[gnu::cold]] void stage_cluster(std::size_t s) {
        line("subgraph cluster" + std::to_string(s) +
             " {\n        label=" + in_quotes(s == 0 ? "input" : "stage " + std::to_string(s)) +
             "; labelloc=t; labeljust=l; style=rounded; color=gray70; fontsize=10");
        for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
            const layer_facts& facts = plan_.layers[l];
            if (facts.stage != s || !facts.is_layer()) continue;
            std::string label = facts.name;
            if (facts.parameters > 0) label += "  (" + grouped(facts.parameters) + ")";
            line(layer(l) + " [label=" + in_quotes(label) + (facts.parameters > 0 ? ", fillcolor=honeydew]" : "]"), 2);
        }
        out_ += "    }\n";
    }

    bool learns(std::size_t s) const { return plan_.duties[s].backward && plan_.stages[s].activation_trains; }

    [[gnu::cold]] void gradient_nodes(std::size_t s) {
        if (plan_.duties[s].backward)
            line(delta(s) + " [label=" + in_quotes("δ" + superscript(s)) + ", shape=circle, fillcolor=lavenderblush]");
        if (plan_.duties[s].parameter_gradient)
            line(gradient(s) + " [label=" + in_quotes("∇W" + superscript(s)) + ", fillcolor=lavender]");
        if (learns(s)) line(learned(s) + " [label=" + in_quotes("∇p" + superscript(s)) + ", fillcolor=lavender]");
    }

    [[gnu::cold]] void forward_edges() {
        const auto flows = [&](std::size_t from, const std::string& to) {
            edge(layer(from), to, shape_text(plan_.layers[from].output), ", weight=10");
        };
        std::vector<std::vector<std::size_t>> open;  // for each fork its layer, then the ends of its branches
        std::size_t current = 0;
        for (std::size_t l = 1; l < plan_.layers.size(); ++l) {
            const structure is = plan_.layers[l].is;
            if (is == structure::fork) {
                open.push_back({current});
            } else if (is == structure::next_branch) {
                open.back().push_back(current);
                current = open.back().front();
            } else {
                if (is == structure::join) {
                    for (std::size_t i = 1; i < open.back().size(); ++i) flows(open.back()[i], layer(l));
                    open.pop_back();
                }
                flows(current, layer(l));
                current = l;
            }
        }
        flows(current, "loss");
    }

    /// δ of stage s, from the loss or the stage below, and the gradients that follow from it. δ stands beside the
    /// stage's last layer, ∇W beside its first.
    [[gnu::cold]] void backward_edges(std::size_t s) {
        const stage& here = plan_.stages[s];
        const stage_duties& duty = plan_.duties[s];
        if (!duty.backward) return;
        const std::vector<std::string> sources = sources_of_delta(s);
        beside(layer(here.last_layer), delta(s));
        for (const std::string& each : sources) upward(each, delta(s));
        delta_reads(s, delta(s));
        if (learns(s)) {
            beside(delta(s), learned(s));
            for (const std::string& each : sources) upward(each, learned(s));
            delta_reads(s, learned(s));
        }
        if (!duty.parameter_gradient) return;
        beside(layer(here.first_layer), gradient(s));
        if (here.first_layer == here.last_layer)
            edge(delta(s), gradient(s), "");
        else
            upward(delta(s), gradient(s));
        if (here.parameter_gradient_reads.input)
            read(output(here.sources[0]), gradient(s), "a" + superscript(here.sources[0]));
        if (here.parameter_gradient_reads.output) read(layer(here.first_layer), gradient(s), "z" + superscript(s));
    }

    /// What carries the δ of the stage below through its operation, and what f′ is computed from: z, or a in its stead.
    [[gnu::cold]] void delta_reads(std::size_t s, const std::string& to) {
        const stage& here = plan_.stages[s];
        bool reads_a = here.backward_reads_a;
        for (std::size_t c = s + 1; c < plan_.stages.size(); ++c) {
            const stage& next = plan_.stages[c];
            for (std::size_t i = 0; i < next.source_count; ++i) {
                if (next.sources[i] != s) continue;
                for (std::size_t k = 0; next.is == stage_kind::product && k < next.source_count; ++k)
                    if (k != i) read(output(next.sources[k]), to, "a" + superscript(next.sources[k]));
                if (next.is != stage_kind::layer || i > 0) continue;
                if (next.input_gradient_reads.parameters) read(layer(next.operation), to, "W" + superscript(c));
                if (next.input_gradient_reads.output) read(layer(next.operation), to, "z" + superscript(c));
                reads_a = reads_a || next.input_gradient_reads.input;
            }
        }
        if (here.backward_reads_z && here.only_function())
            read(output(here.sources[0]), to, "a" + superscript(here.sources[0]));
        else if (here.backward_reads_z)
            read(layer(here.first_layer), to, "z" + superscript(s));
        if (reads_a) read(output(s), to, "a" + superscript(s));
    }

    std::string output(std::size_t s) const { return layer(plan_.stages[s].last_layer); }

    /// The deltas that δ of a stage is computed from, or the loss.
    std::vector<std::string> sources_of_delta(std::size_t s) const {
        std::vector<std::string> sources;
        if (s == plan_.last()) sources.emplace_back("loss");
        for (std::size_t c = s + 1; c < plan_.stages.size(); ++c) {
            const stage& reader = plan_.stages[c];
            if (std::find(reader.sources, reader.sources + reader.source_count, s) !=
                reader.sources + reader.source_count)
                sources.push_back(delta(c));
        }
        return sources;
    }

    const plan_view& plan_;
    std::string out_;
};

[[gnu::cold]] inline std::string dot_text(const plan_view& plan) { return dot_writer(plan).text(); }

}  // namespace detail

/// The network and its backward pass as a Graphviz digraph: `dot -Tsvg`. Layers stand in their stages with the shapes
/// that flow between them; each δ and gradient that training computes has dashed arrows from the tensors that it
/// reads. What is not computed (below frozen layers, the input's gradient) is not drawn.
template <Network Net>
std::string to_dot() {
    using net = flat_network<Net>;
    detail::plan_view view;
    view.layers = detail::facts_of_layers<net>();
    view.stages = stages<net>;
    view.duties = duties<net, request::parameters>;
    return detail::rarely<detail::dot_text>(view);
}

}  // namespace espalier
