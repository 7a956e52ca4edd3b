// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/dense_input_gradient.hpp>
#include <espalier/kernel/dense_single.hpp>
#include <espalier/kernel/dense_weight_gradient.hpp>
#include <espalier/kernel/pack.hpp>
