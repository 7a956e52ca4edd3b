// SPDX-License-Identifier: MIT
// espalier-import: an ONNX model as a C++ header with the network as an Espalier type, and its weights.
#include <CLI/CLI.hpp>
#include <iostream>

#include "import.hpp"
#include "write_weights.hpp"

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
    const importer::imported_network network = importer::import_model(model);
    const std::filesystem::path weights = std::filesystem::path(header).replace_extension(".safetensors");
    if (!constants) importer::write_weights(network, weights);
    espalier::io::output_file file(header);
    file.write(importer::header_of(
        network, {name, model.filename().string(), constants ? std::string() : weights.filename().string()}));
    file.commit();
    return 0;
} catch (const std::exception& problem) {
    std::cerr << "espalier-import: " << problem.what() << '\n';
    return 1;
}
