// SPDX-License-Identifier: MIT
#include <espalier/io/python.hpp>

#include "network.hpp"

ESPALIER_PYTHON_MODULE(small, Net)
