// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/dot.hpp>

#include "networks.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace ep = espalier;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
    return n;
}

/// Whether `to` reads a tensor that `from` holds: a dashed arrow.
bool reads(const std::string& text, const std::string& from, const std::string& tensor, const std::string& to) {
    return has(text, from + " -> " + to + " [label=\"" + tensor + "\", style=dashed");
}

template <class Net>
std::string dot_of(Net) {
    return ep::to_dot<Net>();
}

}  // namespace

TEST_CASE("layers stand in their stages, with the shapes that flow between them") {
    const std::string text = dot_of(networks::digits);
    CHECK(text.starts_with("digraph network {\n"));
    CHECK(text.ends_with("}\n"));
    CHECK(has(text,
              "    subgraph cluster1 {\n"
              "        label=\"stage 1\"; labelloc=t; labeljust=l; style=rounded; color=gray70; fontsize=10;\n"
              "        layer1 [label=\"dense<128>  (8,320)\", fillcolor=honeydew];\n"
              "        layer2 [label=\"relu\"];\n"
              "    }\n"));
    CHECK(has(text, "layer0 -> layer1 [label=\"64\""));
    CHECK(has(text, "layer1 -> layer2 [label=\"128\""));
    CHECK(has(text, "layer2 -> layer3 [label=\"128\""));
    CHECK(has(text, "layer3 -> loss [label=\"10\""));
    CHECK(has(dot_of(ep::input<1, 28, 28> >> ep::flatten), "layer0 -> layer1 [label=\"1x28x28\""));
}

TEST_CASE("what a gradient reads is drawn, and nothing else") {
    const std::string text = dot_of(networks::digits);
    CHECK(reads(text, "layer0", "a⁰", "gradient1"));
    CHECK(reads(text, "layer2", "a¹", "gradient2"));
    CHECK(reads(text, "layer2", "a¹", "delta1"));  // relu′(z¹) off a¹
    CHECK(reads(text, "layer3", "W²", "delta1"));
    CHECK(count(text, "style=dashed") == 4);
    CHECK(has(text, "delta1 -> delta2 [dir=back"));
    CHECK(has(text, "delta2 -> loss [dir=back"));
    CHECK(has(text, "gradient1 -> delta1 [dir=back"));
    CHECK(has(text, "delta2 -> gradient2"));
    CHECK_FALSE(has(text, "delta0"));

    // gelu′ reads z, not a.
    const std::string smooth = dot_of(ep::input<4> >> ep::dense<4> >> ep::gelu >> ep::dense<2>);
    CHECK(reads(smooth, "layer1", "z¹", "delta1"));
    CHECK_FALSE(reads(smooth, "layer2", "a¹", "delta1"));
    CHECK(reads(smooth, "layer2", "a¹", "gradient2"));
}

TEST_CASE("what is frozen, or lies below it, has no gradient") {
    const std::string text = dot_of(ep::input<4> >> ep::frozen(ep::dense<4> >> ep::gelu) >> ep::dense<3> >> ep::tanh >>
                                    ep::frozen(ep::dense<3>) >> ep::dense<2>);
    CHECK(has(text, "frozen(dense<4>)"));
    CHECK_FALSE(has(text, "delta1 "));
    CHECK_FALSE(has(text, "gradient1 "));
    CHECK(has(text, "gradient2 "));
    CHECK(has(text, "delta3 "));
    CHECK_FALSE(has(text, "gradient3 "));
    CHECK(reads(text, "layer5", "W³", "delta2"));
}

TEST_CASE("a learned slope has its own gradient, and own operations read what they declare") {
    const std::string slope = dot_of(ep::input<4> >> ep::dense<4> >> ep::prelu<> >> ep::dense<2>);
    CHECK(has(slope, "learned1 [label=\"∇p¹\""));
    CHECK(reads(slope, "layer1", "z¹", "learned1"));
    CHECK(reads(slope, "layer3", "W²", "learned1"));
    const std::string own = dot_of(ep::input<6> >> ep::dense<6> >> ep::relu >> networks::centred{} >> ep::gelu >>
                                   networks::gated{} >> ep::dense<2>);
    CHECK(reads(own, "layer3", "z²", "delta1"));
    CHECK(reads(own, "layer4", "a²", "delta2"));
    CHECK(reads(own, "layer5", "W³", "delta2"));
    CHECK(reads(own, "layer5", "z³", "gradient3"));
    CHECK(reads(own, "layer4", "a²", "gradient3"));
}

TEST_CASE("names are quoted") {
    CHECK(ep::detail::in_quotes("dense<128>") == "\"dense<128>\"");
    CHECK(ep::detail::in_quotes("say \"relu\" \\ n") == "\"say \\\"relu\\\" \\\\ n\"");
}

TEST_CASE("every graph is balanced and names only nodes that it defines") {
    networks::for_each([](auto network) {
        const std::string text = dot_of(network);
        CHECK(count(text, "{") == count(text, "}"));
        CHECK(count(text, "[") == count(text, "]"));
        CHECK(count(text, "\"") % 2 == 0);
        // a node is defined where its name is followed by its label, and used around an arrow
        std::set<std::string> defined;
        std::set<std::string> used;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = text.find('\n', begin);
            std::string line = text.substr(begin, end - begin);
            begin = end + 1;
            line.erase(0, line.find_first_not_of(' '));
            const std::size_t arrow = line.find(" -> ");
            const std::size_t bracket = line.find(" [");
            if (bracket == std::string::npos || line.starts_with("graph ") || line.starts_with("node ") ||
                line.starts_with("edge "))
                continue;
            if (arrow == std::string::npos) {
                CHECK(defined.insert(line.substr(0, bracket)).second);
            } else {
                used.insert(line.substr(0, arrow));
                used.insert(line.substr(arrow + 4, bracket - arrow - 4));
            }
        }
        CHECK(std::includes(defined.begin(), defined.end(), used.begin(), used.end()));
        CHECK(used.size() >= ep::layer_count<decltype(network)> + 1);
    });
}
