// SPDX-License-Identifier: MIT
#include <espalier/io/onnx_export.hpp>

#include "network.hpp"

int main(int, char** arguments) { ep::io::export_onnx(trained(), arguments[1]); }
