// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <espalier/io/constant_array.hpp>

#include "taken_names.hpp"
#include "translate.hpp"

/// An imported network as C++: a header to read and to edit, and its weights.
namespace importer {

struct header_options {
    std::string name;     ///< of the namespace
    std::string model;    ///< the file that it comes from, as the header tells
    std::string weights;  ///< the safetensors file that load() reads unless told; empty: constants in the header
};

inline bool is_identifier(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, inner) &&
           name.find("__") == std::string_view::npos && !std::ranges::binary_search(taken_names, name);
}

/// A namespace's name made of a file's.
inline std::string identifier_of(std::string_view file) {
    std::string name;
    for (const char c : file) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (fits)
            name += c;
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    if (is_identifier(name)) return name;
    return "model_" + name;
}

namespace detail {

/// Text of a file, for a comment or a literal.
inline std::string harmless(std::string_view text) {
    std::string safe;
    for (const char c : text) safe += c == '\\' || c == '"' || c < 0x20 || c == 0x7f ? '_' : c;
    return safe;
}

/// One line of code, and the node that it comes from.
struct line {
    std::size_t indent;
    std::string text;
    std::string origin;
};

/// The layers of a chain, one a line; of branches each in a block of its own.
inline void write_pieces(std::vector<line>& to, const std::vector<piece>& pieces, std::size_t indent, bool continues) {
    for (const piece& each : pieces) {
        const std::string start = continues ? ">> ep::" : "ep::";
        continues = true;
        if (each.branches.empty()) {
            to.push_back({indent, start + each.text, each.origin});
            continue;
        }
        to.push_back({indent, start + each.text + "(", each.origin});
        for (std::size_t i = 0; i < each.branches.size(); ++i) {
            if (each.branches[i].empty())
                to.push_back({indent + 8, "ep::identity", ""});
            else
                write_pieces(to, each.branches[i], indent + 8, false);
            to.back().text += i + 1 < each.branches.size() ? "," : ")";
        }
    }
}

inline std::string network_text(const imported_network& net) {
    std::vector<line> lines{{4, "ep::input<" + listed(net.input) + ">", ""}};
    if (net.pieces.empty()) lines[0].text += " >> ep::identity";
    write_pieces(lines, net.pieces, 4, true);
    lines.back().text += ";";
    std::string text;
    for (const line& each : lines)
        text += std::string(each.indent, ' ') + each.text +
                (each.origin.empty() ? "" : "  // " + harmless(each.origin)) + "\n";
    return text;
}

/// Collects the tensors under the names that Espalier gives them: the layer's index, "3.weight"; within a residual
/// "3.0.weight", and in the second of several branches "3.1.0.weight".
inline void collect(const std::vector<piece>& pieces, const std::string& base, std::vector<learned_tensor>& to) {
    std::size_t index = 0;
    for (const piece& each : pieces) {
        const std::string path = base + std::to_string(index++) + ".";
        for (const learned_tensor& tensor : each.tensors)
            to.push_back({path + tensor.name, tensor.extents, tensor.values});
        for (std::size_t branch = 0; branch < each.branches.size(); ++branch)
            collect(each.branches[branch], each.branches.size() == 1 ? path : path + std::to_string(branch) + ".", to);
    }
}

inline std::vector<learned_tensor> named_tensors(const imported_network& net) {
    std::vector<learned_tensor> all;
    collect(net.pieces, "", all);
    return all;
}

/// The flat vector as Espalier lays it out: what layers learn, then their state, each tensor from a multiple of 64
/// bytes on, and the gaps zero.
template <class Scalar>
struct flat_tensors {
    std::vector<std::size_t> offsets;  // in the order of the tensors
    std::vector<Scalar> numbers;

    explicit flat_tensors(const std::vector<learned_tensor>& tensors) : offsets(tensors.size()) {
        constexpr std::size_t step = espalier::alignment / sizeof(Scalar);
        for (const bool state : {false, true})
            for (std::size_t i = 0; i < tensors.size(); ++i) {
                if ((tensors[i].name.find(".running_") != std::string::npos) != state) continue;
                offsets[i] = numbers.size();
                for (const double each : tensors[i].values) numbers.push_back(static_cast<Scalar>(each));
                numbers.resize((numbers.size() + step - 1) / step * step);
            }
    }
};

/// The weights as an array, and what must hold for it to be the network's.
template <class Scalar>
std::string constants_text(const std::vector<learned_tensor>& tensors) {
    const flat_tensors<Scalar> flat(tensors);
    const std::string scalar = sizeof(Scalar) == 4 ? "float" : "double";
    if (tensors.empty())
        return "\n/// There are none.\ninline constexpr ep::parameters<Network, " + scalar +
               ", ep::storage::in_place<" + scalar + ", 0>> parameters{};\n";
    std::string text = "\n/// Where the network's tensors lie among the weights: from which number on, and how many.\n";
    text += "inline constexpr std::size_t places[][2] = {\n";
    for (std::size_t i = 0; i < tensors.size(); ++i)
        text += "    {" + std::to_string(flat.offsets[i]) + ", " + std::to_string(tensors[i].values.size()) +
                "},  // " + tensors[i].name + " " + written(tensors[i].extents) + "\n";
    text += "};\nstatic_assert(\n    [] {\n        std::size_t fitting = 0;\n";
    text += "        for (const ep::parameter_tensor& each : ep::parameter_tensors<Network, " + scalar + ">)\n";
    text += "            fitting += fitting < std::size(places) && places[fitting][0] == each.offset &&\n";
    text += "                       places[fitting][1] == each.size;\n";
    text +=
        "        return fitting == std::size(places) && fitting == ep::parameter_tensor_count<Network>;\n    }(),\n";
    text += "    \"these are the weights of another network: it has been edited\");\n\n";
    text += "// clang-format off\n" + espalier::io::detail::constant_array<Scalar>("weights", flat.numbers);
    text += "// clang-format on\n\n/// The network's parameters: the weights where they are, in read-only memory.\n";
    return text + "inline constexpr ep::parameters<Network, " + scalar +
           ", ep::storage::constant<weights>> parameters{};\n";
}

}  // namespace detail

/// The header's text.
inline std::string header_of(const imported_network& net, const header_options& options) {
    const bool as_constants = options.weights.empty();
    const std::string scalar = net.is_double ? "double" : "float";
    const std::vector<learned_tensor> tensors = detail::named_tensors(net);
    std::string text =
        "// Imported from " + detail::harmless(options.model) + " by espalier-import. Yours to edit.\n#pragma once\n\n";
    text += as_constants ? "#include <cstddef>\n#include <iterator>\n\n" : "#include <filesystem>\n\n";
    text += as_constants ? "#include <espalier/inference.hpp>\n#include <espalier/run/parameter_vector.hpp>\n"
                         : "#include <espalier/espalier.hpp>\n#include <espalier/io/safetensors.hpp>\n";
    text += "\nnamespace " + options.name + " {\n\nnamespace ep = espalier;\n\n";
    text += "/// [" + listed(net.input) + "] -> [" + listed(net.output) + "]\n";
    text += "inline constexpr auto network =\n" + detail::network_text(net);
    text += "using Network = ep::network_t<network>;\n";
    if (as_constants) {
        text += net.is_double ? detail::constants_text<double>(tensors) : detail::constants_text<float>(tensors);
    } else {
        text +=
            "\n/// The network's parameters, from the file that was written with this header. Throws ep::io::error.\n";
        text += "inline ep::parameters<Network, " + scalar + "> load(const std::filesystem::path& weights = \"" +
                detail::harmless(options.weights) + "\") {\n";
        text += "    ep::parameters<Network, " + scalar + "> parameters;\n";
        text += "    ep::io::load(parameters, weights);\n    return parameters;\n}\n";
    }
    text += "\n}  // namespace " + options.name + "\n";
    return text;
}

}  // namespace importer
