// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/batch_norm.hpp>
#include <espalier/layer/embedding.hpp>
#include <espalier/layer/group_norm.hpp>
#include <espalier/layer/layer_norm.hpp>
#include <espalier/layer/pad.hpp>
#include <espalier/layer/softmax.hpp>
#include <espalier/layer/upsample.hpp>
#include <espalier/topology/words.hpp>
