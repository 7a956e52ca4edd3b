// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdio>
#include <espalier/plan/plan.hpp>
#include <espalier/topology/dsl.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "../folders.hpp"

/// What the plan keeps for backward, of images and signals, is never more than what PyTorch saves for the same network
/// and batch: tests/reference/saved_tensors.csv, which tests/reference/saved_tensors.py measured. Of dense networks:
/// tests/plan/plan.cpp.
namespace {

namespace ep = espalier;

constexpr auto lenet = ep::input<1, 28, 28> >> ep::conv2d<6, 5> >> ep::relu >> ep::max_pool<2> >> ep::conv2d<16, 5> >>
                       ep::relu >> ep::max_pool<2> >> ep::flatten >> ep::dense<120> >> ep::relu >> ep::dense<84> >>
                       ep::relu >> ep::dense<10>;

template <std::size_t Channels, auto... Options>
constexpr auto convolution = ep::conv2d<Channels, Options..., ep::no_bias> >> ep::batch_norm<>;
constexpr auto residual =
    ep::input<1, 8, 8> >> convolution<16, 3, ep::same> >> ep::relu >>
    ep::residual(convolution<16, 3, ep::same> >> ep::relu >> convolution<16, 3, ep::same>) >> ep::relu
    >> ep::residual(convolution<32, 3, ep::stride<2>, ep::padding<1>> >> ep::relu >> convolution<32, 3, ep::same>,
                    convolution<32, 1, ep::stride<2>>) >>
    ep::relu >> ep::global_average_pool >> ep::dense<10>;

template <std::size_t Channels>
constexpr auto separable = ep::depthwise_conv1d<7, ep::same, ep::no_bias> >> ep::batch_norm<> >> ep::relu >>
                           ep::conv1d<Channels, 1, ep::no_bias> >> ep::batch_norm<> >> ep::relu;
constexpr auto signals = ep::input<1, 96> >> ep::conv1d<8, 7, ep::same, ep::no_bias> >> ep::batch_norm<> >> ep::relu >>
                         separable<16> >> ep::max_pool<2> >> separable<24> >> ep::max_pool<2> >> separable<32> >>
                         ep::global_average_pool >> ep::dense<4>;

constexpr auto branches =
    ep::input<3, 16, 16> >> ep::conv2d<8, 3, ep::same> >> ep::tanh >>
    ep::concat(ep::conv2d<8, 1> >> ep::silu, ep::max_pool<3, ep::stride<1>, ep::padding<1>> >> ep::conv2d<8, 1>,
               ep::identity) >>
    ep::multiply(ep::identity, ep::depthwise_conv2d<3, ep::same> >> ep::sigmoid) >> ep::average_pool<2> >> ep::flatten
    >> ep::dense<10>;

/// The table's bytes_hidden_only of a network; 0 where it has no such row.
std::size_t saved_by_pytorch(const std::string& name, std::size_t batch) {
    std::ifstream table(in_tests("reference/saved_tensors.csv"));
    for (std::string line; std::getline(table, line);) {
        std::istringstream cells(line);
        std::string found, rows, other, hidden;
        for (std::string* const cell : {&found, &rows, &other, &other, &hidden}) std::getline(cells, *cell, ',');
        if (found == name + " cross_entropy" && rows == std::to_string(batch)) return std::stoul(hidden);
    }
    return 0;
}

template <auto Network, std::size_t Batch>
void check(const char* name) {
    using plan = ep::plan<ep::network_t<Network>, Batch>;
    CAPTURE(name);
    const std::size_t saved = saved_by_pytorch(name, Batch);
    std::printf("%-9s batch of %3zu: the plan keeps %7zu bytes of its arena of %7zu; PyTorch saves %7zu\n", name, Batch,
                plan::stored_bytes, plan::bytes, saved);
    CHECK(plan::stored_bytes > 0);
    CHECK(plan::stored_bytes <= saved);
}

}  // namespace

TEST_CASE("of images, signals and branches the plan keeps at most what PyTorch saves") {
    check<lenet, 32>("lenet5");
    check<lenet, 128>("lenet5");
    check<residual, 64>("residual");
    check<signals, 64>("signals");
    check<branches, 64>("branches");
}
