// SPDX-License-Identifier: MIT
// espalier-import: an ONNX model as a C++ header with the network as an Espalier type, and its weights.
#include <CLI/CLI.hpp>
#include <iostream>

#include "import.hpp"
#include "write_weights.hpp"

namespace {

/// Refuses to write over the model and over weights that are no older import's, and the weights over the header.
void check_places(const std::filesystem::path& model, const std::filesystem::path& header,
                  const std::filesystem::path& weights) {
    if (header == weights)
        throw std::invalid_argument("the weights would be written over the header: " + header.string());
    for (const std::filesystem::path& each : {header, weights}) {
        std::error_code is_new;
        if (std::filesystem::equivalent(each, model, is_new))
            throw std::invalid_argument("the model would be written over: " + each.string());
    }
    if (std::filesystem::exists(weights) && !importer::is_import(weights))
        throw std::invalid_argument("a file that no import wrote would be written over: " + weights.string());
}

}  // namespace

int main(int count, char** arguments) try {
    std::filesystem::path model, header;
    std::string name;
    bool constants = false;

    CLI::App app{"Turns an ONNX model into a C++ header: the network as an Espalier type, and its weights.",
                 "espalier-import"};
    app.add_option("model", model, "the ONNX file")->required();
    app.add_option("-o,--output", header, "the header to write; the weights go beside it, as .safetensors")->required();
    app.add_option("-n,--namespace", name, "the namespace in the header (the model's file name unless told)");
    app.add_flag("-c,--constants", constants, "write the weights into the header, as constants");
    CLI11_PARSE(app, count, arguments);

    if (name.empty()) name = importer::identifier_of(model.stem().string());
    if (!importer::is_identifier(name)) throw std::invalid_argument("not a name for a namespace: " + name);
    const std::filesystem::path weights =
        constants ? std::filesystem::path() : std::filesystem::path(header).replace_extension(".safetensors");
    check_places(model, header, weights);
    const importer::imported_network network = importer::import_model(model);
    const std::string text =
        importer::header_of(network, {name, model.filename().string(), weights.filename().string()});
    espalier::io::output_file file(header);
    file.write(text);
    if (!constants) {
        espalier::io::output_file beside(weights);
        importer::write_weights(network, beside);
        beside.commit();
    }
    file.commit();
    return 0;
} catch (const std::exception& problem) {
    std::cerr << "espalier-import: " << problem.what() << '\n';
    return 1;
}
