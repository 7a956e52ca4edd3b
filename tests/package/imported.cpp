// SPDX-License-Identifier: MIT
#include <model.hpp>

#include "network.hpp"

int main(int, char** arguments) {
    static_assert(std::is_same_v<model::Network, Net>);
    return ep::predict(model::load(arguments[1]), example) == ep::predict(trained(), example) ? 0 : 1;
}
