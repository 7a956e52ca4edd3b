// SPDX-License-Identifier: MIT
#pragma once

/// Elementary functions on SIMD registers, `simd<Scalar>` to `simd<Scalar>`, float and double: what the nodes of an
/// expression evaluate to. Each is one algorithm for every instruction set and every lane, branch-free but for the
/// far arguments of sin and cos, so a sample's value depends neither on its neighbours nor on the vector width.
/// NaN in gives NaN out. Largest errors, in units in the last place of the exact value:
/// tests/expression/elementary.cpp.
#include <espalier/expression/elementary_arithmetic.hpp>
#include <espalier/expression/elementary_error_function.hpp>
#include <espalier/expression/elementary_exponential.hpp>
#include <espalier/expression/elementary_logarithm.hpp>
#include <espalier/expression/elementary_trigonometric.hpp>
