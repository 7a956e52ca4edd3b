// SPDX-License-Identifier: MIT
// As round_trip.cpp, for models with windows.
#include "round_trip.hpp"

#include <channels.hpp>
#include <images.hpp>
#include <resized.hpp>
#include <signals.hpp>
#include <transposed.hpp>
#include <transposed_signals.hpp>

TEST_CASE("exported images and signals come back with the same outputs") {
    check_exported(images::load, "images");
    check_exported(signals::load, "signals");
    check_exported(resized::load, "resized");
    check_exported(channels::load, "channels");
    check_exported(transposed::load, "transposed");
    check_exported(transposed_signals::load, "transposed_signals");
}
