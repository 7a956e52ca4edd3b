// SPDX-License-Identifier: MIT
// What a file knows of the layers that it belongs to: names of tensors, and the fingerprint.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "files.hpp"
#include "small_network.hpp"

#include <espalier/io/safetensors.hpp>

using namespace espalier;
namespace ep = espalier;

TEST_CASE("layers within branches are named as nested modules are") {
    constexpr auto forked = ep::input<4> >> ep::dense<4> >> ep::residual(ep::relu >> ep::dense<4>) >>
                            ep::concat(ep::identity, ep::dense<3> >> ep::residual(ep::dense<3>, ep::dense<3>)) >>
                            ep::tanh >> ep::dense<2, ep::no_bias>;
    using Forked = network_t<forked>;
    std::vector<std::string> names;
    for (const io::named_tensor& each : io::tensors_of<Forked, float>())
        if (each.name.ends_with("weight")) names.push_back(each.name);
    CHECK(names == std::vector<std::string>{"0.weight", "1.1.weight", "2.1.0.weight", "2.1.1.0.0.weight",
                                            "2.1.1.1.0.weight", "4.weight"});
    const temporary_folder folder;
    io::save(initialize<Forked>(seed{6}), folder / "branched.safetensors");
    constexpr auto shorter = ep::input<4> >> ep::dense<4> >> ep::residual(ep::relu >> ep::dense<4>) >> ep::dense<2>;
    parameters<network_t<shorter>> other;
    check_error([&] { io::load(other, folder / "branched.safetensors"); }, folder / "branched.safetensors",
                io::tensor_name{"metadata, layer 5"}, "dense<2>", "concat(...)");
}

TEST_CASE("a file of other layers is refused by the first that differs") {
    const temporary_folder folder;
    const auto path = folder / "other.safetensors";
    const auto load_into = [&](auto net, const io::load_options& options = {}) {
        parameters<decltype(net)> to;
        io::load(to, path, {}, options);
    };
    io::save(initialize<Small>(seed{9}), path);
    constexpr auto relu_inside = ep::input<5> >> ep::dense<4> >> ep::prelu<> >> ep::dropout<0.5> >>
                                 ep::dense<3, ep::no_bias> >> ep::relu >> ep::dense<2>;
    check_error([&] { load_into(relu_inside); }, path, io::tensor_name{"metadata, layer 5"}, "relu", "'tanh'");
    CHECK_NOTHROW(load_into(relu_inside, {.check_topology = false}));
    constexpr auto longer = small >> ep::sigmoid;
    check_error([&] { load_into(longer); }, path, io::tensor_name{"metadata, layer 7"}, "sigmoid",
                "the end of the network");
    CHECK_NOTHROW(load_into(ep::frozen(small)));

    constexpr auto square = ep::input<2> >> ep::dense<2> >> ep::activation([](auto z) { return z * z; });
    constexpr auto cube = ep::input<2> >> ep::dense<2> >> ep::activation([](auto z) { return z * z * z; });
    io::save(initialize<network_t<square>>(seed{9}), path);
    CHECK_NOTHROW(load_into(square));
    CHECK(error_of([&] { load_into(cube); }, path)->where() == io::position(io::tensor_name{"metadata, layer 2"}));

    // The same numbers from every compiler, so that files can be exchanged.
    static_assert(io::fingerprint<Small> == 7918273848818911233u);
    static_assert(io::fingerprint<network_t<square>> == 5847365908370763552u);
}

TEST_CASE("options tell layers apart where kinds, numbers and shapes do not") {
    constexpr auto alike = [](auto one, auto other) {
        return io::fingerprint<decltype(one)> == io::fingerprint<decltype(other)>;
    };
    constexpr auto signal = ep::input<2, 9>;
    constexpr auto causal = signal >> ep::conv1d<4, 3, ep::padding<2, 0>>;
    constexpr auto centred = signal >> ep::conv1d<4, 3, ep::padding<1>>;
    static_assert(!alike(causal, centred));
    static_assert(!alike(centred, signal >> ep::conv1d<4, 3, ep::padding<2>, ep::dilation<2>>));
    static_assert(alike(centred, signal >> ep::conv1d<4, 3, ep::same>));

    constexpr auto pool = signal >> ep::average_pool<3, ep::stride<1>, ep::padding<1>>;
    static_assert(!alike(pool, signal >> ep::average_pool<3, ep::stride<1>, ep::padding<1>, ep::exclude_padding>));
    static_assert(!alike(pool, signal >> ep::average_pool<3, ep::stride<1>, ep::padding<2, 0>>));
    static_assert(alike(signal >> ep::max_pool<3>, signal >> ep::max_pool<3, ep::stride<3>>));
    static_assert(!alike(signal >> ep::conv_transpose1d<4, 3, ep::stride<2>, ep::padding<1, 0>>,
                         signal >> ep::conv_transpose1d<4, 3, ep::stride<2>, ep::padding<0, 1>>));

    constexpr auto image = ep::input<3, 4, 5>;
    static_assert(!alike(image >> ep::batch_norm<>, image >> ep::batch_norm<ep::epsilon(1e-3)>));
    static_assert(alike(image >> ep::batch_norm<>, image >> ep::batch_norm<ep::epsilon(1e-5), ep::momentum(0.5)>));
    static_assert(!alike(image >> ep::group_norm<3>, image >> ep::group_norm<3, ep::epsilon(1e-3)>));
    static_assert(!alike(image >> ep::layer_norm<>, image >> ep::layer_norm<ep::epsilon(1e-3)>));
    static_assert(!alike(image >> ep::rms_norm<ep::no_affine, ep::last_axes(1)>,
                         image >> ep::rms_norm<ep::no_affine, ep::last_axes(2)>));
    static_assert(alike(image >> ep::rms_norm<>, image >> ep::rms_norm<ep::last_axes(3)>));

    const temporary_folder folder;
    io::save(initialize<network_t<causal>>(seed{9}), folder / "causal.safetensors");
    parameters<network_t<centred>> other;
    check_error([&] { io::load(other, folder / "causal.safetensors"); }, folder / "causal.safetensors",
                io::tensor_name{"metadata, layer 1"}, "conv1d<4, 3, padding<1>>", "'conv1d<4, 3, padding<2, 0>>'");
}

TEST_CASE("branches that differ are told in the words of the network") {
    const auto differ = [&](auto stored, auto wanted, const char* layer, const char* expected, const char* found) {
        const io::detail::safetensors_header header = io::detail::network_header<decltype(stored)>();
        const auto check = [&] {
            io::detail::check_layers("file", header, io::fingerprint<decltype(wanted)>,
                                     io::layer_names<decltype(wanted)>());
        };
        check_error(check, "file", io::tensor_name{layer}, expected, found);
    };
    constexpr auto in = ep::input<4>;
    differ(in >> ep::dense<4>, in >> ep::residual(ep::dense<4>), "metadata, layer 1", "residual(...)", "'dense<4>'");
    differ(in >> ep::add(ep::dense<4>, ep::tanh), in >> ep::dense<4>, "metadata, layer 1", "dense<4>", "add(...)");
    differ(in >> ep::residual(ep::dense<4>), in >> ep::residual(ep::dense<4> >> ep::relu), "metadata, layer 2", "relu",
           "the end of residual(...)");
    differ(in >> ep::concat(ep::dense<4>, ep::relu), in >> ep::concat(ep::dense<4> >> ep::tanh, ep::relu),
           "metadata, layer 2", "tanh", "the next branch of concat(...)");
    differ(in >> ep::concat(ep::dense<4>, ep::relu >> ep::tanh), in >> ep::concat(ep::dense<4>, ep::relu),
           "metadata, layer 3", "the end of concat(...)", "'tanh'");
    differ(in >> ep::residual(ep::multiply(ep::tanh, ep::dense<4>)), in >> ep::residual(ep::dense<4>),
           "metadata, layer 1", "dense<4>", "multiply(...)");
}
