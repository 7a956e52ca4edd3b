// SPDX-License-Identifier: MIT
#pragma once

// First what prints errors, in the order of its arrows, so that the list of includes before an error is short.
// clang-format off
#include <espalier/topology/diagnostics.hpp>
#include <espalier/topology/missing_members.hpp>
#include <espalier/topology/network.hpp>
#include <espalier/topology/branches.hpp>
#include <espalier/topology/activation.hpp>
#include <espalier/topology/words.hpp>
#include <espalier/loss/distance.hpp>
#include <espalier/plan/scalar.hpp>
#include <espalier/plan/requirements.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/refusals.hpp>
#include <espalier/train/refusals.hpp>
#include <espalier/run/diagnostics.hpp>
// clang-format on

#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/plan/describe.hpp>
#include <espalier/plan/dot.hpp>
#include <espalier/plan/flops.hpp>
#include <espalier/run/fold.hpp>
#include <espalier/run/predictor.hpp>
#include <espalier/run/stream.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/topology/hana.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/dataset.hpp>
#include <espalier/train/rmsprop.hpp>
#include <espalier/train/schedule.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/train_step.hpp>
#include <espalier/train/trainer.hpp>
