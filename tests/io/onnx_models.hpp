// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>

#include <doctest/doctest.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>
#include <espalier/espalier.hpp>
#include <espalier/io/npy.hpp>
#include <espalier/io/onnx_export.hpp>

namespace ep = espalier;

/// Where the models go that other runtimes compare: tests/io/onnx_runtime.py and .mjs.
inline const std::filesystem::path folder = "onnx";

/// Writes <name>.onnx with inputs and the outputs that the library gives; ONNX's own checker and its shape inference
/// go over it first.
template <class Scalar = float, ep::Network Net>
onnx::ModelProto written(Net, const std::string& name, ep::seed from = ep::seed{1}) {
    std::filesystem::create_directories(folder);
    auto parameters = ep::initialize<Net, Scalar>(from);
    // Biases start at zero: give every tensor values of its own.
    ep::random_stream stream(from, "everywhere");
    for (const auto& tensor : ep::io::tensors_of<Net, Scalar>())
        for (Scalar& value : parameters.flat().subspan(tensor.offset, tensor.size))
            value += static_cast<Scalar>(stream.uniform<double>() - 0.5) / 4;

    const auto path = folder / (name + ".onnx");
    ep::io::export_onnx(parameters, path);
    onnx::ModelProto model;
    std::ifstream file(path, std::ios::binary);
    REQUIRE(model.ParseFromIstream(&file));
    onnx::checker::check_model(model);
    onnx::ModelProto inferred = model;
    onnx::shape_inference::InferShapes(inferred, onnx::OpSchemaRegistry::Instance(), {true, 1, false});

    const ep::extents shape = ep::input_shape<Net>;
    auto x = xt::xtensor<Scalar, 2>::from_shape({37, ep::input_size<Net>});
    for (Scalar& value : x) value = static_cast<Scalar>(6 * stream.uniform<double>() - 3);
    ep::io::save_npy(folder / (name + ".input.npy"), x);
    ep::io::save_npy(folder / (name + ".output.npy"), ep::predict_rows(parameters, x));
    std::ofstream(folder / (name + ".shape.json")) << ep::detail::written(shape.extent, shape.rank) << '\n';
    return model;
}

inline std::string operators(const onnx::ModelProto& model) {
    std::string list;
    for (const onnx::NodeProto& node : model.graph().node()) list += (list.empty() ? "" : " ") + node.op_type();
    return list;
}
