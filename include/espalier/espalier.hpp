// SPDX-License-Identifier: MIT
#pragma once

// First, so that what they print has a short list of includes.
#include <espalier/topology/diagnostics.hpp>

#include <espalier/run/diagnostics.hpp>

#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/plan/describe.hpp>
#include <espalier/plan/dot.hpp>
#include <espalier/plan/flops.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/fold.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/topology/hana.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/dataset.hpp>
#include <espalier/train/rmsprop.hpp>
#include <espalier/train/schedule.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/trainer.hpp>
