// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// What the importer makes of a model.
namespace importer {

using shape = std::vector<std::size_t>;

/// A tensor that a layer learns, or has as state, in Espalier's layout.
struct learned_tensor {
    std::string name;
    shape extents;
    std::vector<double> values;
};

/// A layer as it is written in the language, or several side by side.
struct piece {
    std::string text;  // "dense<16>"; of branches the word that joins them
    std::string origin;
    std::vector<learned_tensor> tensors;
    std::vector<std::vector<piece>> branches;
};

struct imported_network {
    shape input;
    shape output;
    bool is_double = false;
    std::vector<piece> pieces;
};

}  // namespace importer
