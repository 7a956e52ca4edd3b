// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <stdexcept>

#include "files.hpp"
#include "trainings.hpp"
#include "unpacked.hpp"

#include <espalier/io/npy.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/trainer.hpp>

TEST_CASE("a checkpoint is a file of weights as well") {
    const temporary_folder folder;
    const auto path = folder / "run.checkpoint";
    auto state = fresh<ep::adam>();
    const ep::trainer trainer{mixed, ep::mse, ep::adam{}, ep::batch<16>, ep::schedules::cosine{.steps = 40}};
    trainer.fit(state, noise(32, 4), {.epochs = 3, .progress = ep::progress::none});
    io::save_checkpoint(state, path);
    ep::parameters<Mixed> parameters;
    io::load(parameters, path);
    CHECK(same_bits(parameters.flat(), state.parameters.flat()));

    const std::string whole = read_bytes(path);
    std::string damaged = whole;
    damaged[whole.size() - 5] ^= 1;  // a bit of the optimizer's state
    write_bytes(path, damaged);
    const auto failure = error_of([&] { io::load(parameters, path); }, path);
    REQUIRE(failure);
    CHECK(failure->expected().ends_with("of an undamaged file"));
    CHECK(same_bits(parameters.flat(), state.parameters.flat()));
    write_bytes(path, whole);

    if (!unpack_with_numpy(path, folder / "unpacked")) return;
    const auto past = io::load_npy<double, 2>(folder / "unpacked/checkpoint.history.npy", {.allow_non_finite = true});
    REQUIRE(past.shape(0) == 3);
    CHECK(past(2, 0) == 3);
    CHECK(past(2, 1) == state.past.epochs[2].training_loss);
    const auto mean = io::load_npy<float, 2>(folder / "unpacked/checkpoint.slot0.0.weight.npy");
    CHECK(std::memcmp(mean.data(), state.optimizer.slots(), mean.size() * 4) == 0);
    CHECK(!std::filesystem::exists(folder / "unpacked/checkpoint.slot0.4.weight.npy"));  // frozen
    CHECK(std::filesystem::exists(folder / "unpacked/4.weight.npy"));
}

TEST_CASE("whatever is damaged is found, and the state keeps its bits") {
    const temporary_folder folder;
    const auto path = folder / "run.checkpoint";
    const auto state = fresh<ep::sgd>();
    io::save_checkpoint(state, path);
    const std::string whole = read_bytes(path);
    auto to = fresh<ep::sgd>();
    const auto refused = [&](const std::string& bytes) {
        write_bytes(path, bytes);
        return error_of([&] { io::load_checkpoint(to, path); }, path).has_value() && same(to, state);
    };
    for (std::size_t size = 0; size < whole.size(); ++size) REQUIRE(refused(whole.substr(0, size)));
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string changed = whole;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        REQUIRE(refused(changed));
    }
    write_bytes(path, whole);
    CHECK_NOTHROW(io::load_checkpoint(to, path));

    std::string changed = whole;
    changed[whole.size() - 5] ^= 1;
    write_bytes(path, changed);
    const auto failure = error_of([&] { io::load_checkpoint(to, path); }, path);
    CHECK(byte_of(*failure) == whole.size() - 4);
    CHECK(failure->expected().ends_with("of an undamaged file"));
}

TEST_CASE("what does not fit is refused though its checksum is right, and the state keeps its bits") {
    const temporary_folder folder;
    const auto path = folder / "run.checkpoint";
    const auto state = fresh<ep::sgd>();
    io::save_checkpoint(state, path);
    const std::string whole = read_bytes(path);
    const auto little = [](std::uint64_t number, std::size_t bytes) {
        std::string text;
        for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> 8 * i & 0xff);
        return text;
    };
    std::size_t data_at = 8;
    for (std::size_t i = 0; i < 8; ++i) data_at += std::size_t{static_cast<unsigned char>(whole[i])} << 8 * i;
    const std::string text = whole.substr(8, data_at - 8), data = whole.substr(data_at);
    auto to = fresh<ep::sgd>();
    const auto sealed = [&](std::string bytes) {
        bytes.resize(bytes.size() - 4);
        return bytes + little(::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()), 4);
    };
    const auto refused = [&](const std::string& bytes, const io::position& where, std::string_view expected,
                             std::string_view found) {
        write_bytes(path, sealed(bytes));
        check_error([&] { io::load_checkpoint(to, path); }, path, where, expected, found);
        CHECK(same(to, state));
    };
    /// With one piece of the header behind a tensor's name replaced.
    const auto edited = [&](const std::string& name, const std::string& from, const std::string& by) {
        std::string header = text;
        const std::size_t at = header.find(from, header.find("\"" + name + "\":"));
        REQUIRE(at != std::string::npos);
        header.replace(at, from.size(), by);
        return little(header.size(), 8) + header + data;
    };
    const io::tensor_name weight{"layer 1 (dense<4>), weight, in the file '0.weight'"}, bias{"tensor '0.bias'"};
    CHECK(sealed(whole) == whole);
    refused(little(std::uint64_t{1} << 63, 8) + text + data, io::byte_offset{0},
            "a header of at most " + std::to_string(whole.size() - 8) + " bytes", "9223372036854775808");
    refused(edited("0.weight", "[4,5]", "[20]"), weight, "shape (4, 5)", "(20,)");
    refused(edited("0.weight", "F32", "I32"), weight, "F32, F64, F16 or BF16", "I32");
    refused(edited("0.bias", "0.bias", "0.bais"), io::tensor_name{"tensor '0.bais'"}, "the network's tensors alone",
            "one more, of shape (4,)");
    refused(edited("0.bias", "0.bias", "1.bias"), io::tensor_name{"tensor '1.bias'"}, "each name once", "it again");
    refused(edited("0.bias", "\"0.bias\"", "\"checkpoint.checksum\""), io::tensor_name{"tensor 'checkpoint.checksum'"},
            "each name once", "it again");
    refused(edited("0.bias", "[80,96]", "[76,92]"), bias, "data from offset 80 on, where the tensor before it ends",
            "76");
    refused(edited("0.bias", "[80,96]", "[80,1000000]"), bias, "16 bytes of F32 for shape (4,)",
            "data_offsets 80 to 1000000");
    for (const char* name : {"checkpoint.slot1.0.bias", "checkpoint.best.0.bais", "checkpoint.notes", "0.bais"})
        refused(edited("0.bias", "\"0.bias\"",
                       "\"" + std::string(name) +
                           "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[80,80]},\"0.bias\""),
                io::tensor_name{"tensor '" + std::string(name) + "'"}, "the network's tensors alone",
                "one more, of shape (0,)");
    refused(edited("checkpoint.history", "[0,6]", "[0,5]"), io::tensor_name{"tensor 'checkpoint.history'"},
            "F64 of shape (epochs, 6)", "F64 (0, 5)");
    const auto noted = [&](const std::string& key, const std::string& value, const std::string& most) {
        const std::string entry = "\"checkpoint." + key + "\":\"";
        refused(edited("__metadata__", entry + "0\"", entry + value + "\""),
                io::tensor_name{"metadata, checkpoint." + key}, "a whole number of at most " + most, "'" + value + "'");
    };
    for (const char* number : {"-1", "", "1 ", "18446744073709551616"}) noted("seed", number, "18446744073709551615");
    noted("best_epoch", "1", "0");  // of no epochs
    noted("stopped_early", "2", "1");
    noted("has_best", "1", "0");  // and no best parameters
    std::string nan = whole;
    nan.replace(data_at + 4, 4, "\0\0\xc0\x7f", 4);
    refused(nan, weight, "finite numbers", "nan as element 1");
    write_bytes(path, sealed(nan));
    CHECK_NOTHROW(io::load_checkpoint(to, path, {.allow_non_finite = true}));
    CHECK(std::isnan(to.parameters.weight<1>()(0, 1)));
}

TEST_CASE("a checkpoint of something else is refused") {
    const temporary_folder folder;
    const auto path = folder / "run.checkpoint";
    auto state = fresh<ep::adam>();
    io::save_checkpoint(state, path);
    const auto metadata = [](const char* key) { return io::tensor_name{std::string("metadata, ") + key}; };
    state_of<ep::sgd> other;
    check_error([&] { io::load_checkpoint(other, path); }, path, metadata("checkpoint.optimizer"), "sgd", "'adam'");
    ep::training_state<Mixed, ep::adam, double> wide;
    check_error([&] { io::load_checkpoint(wide, path); }, path,
                io::tensor_name{"layer 1 (dense<4>), weight, in the file '0.weight'"}, "F64", "F32");
    constexpr auto trained = ep::input<5> >> ep::dense<4> >> ep::batch_norm<> >> ep::prelu<> >> ep::dropout<0.25> >>
                             ep::dense<4> >> ep::tanh >> ep::dense<2>;
    ep::training_state<ep::network_t<trained>, ep::adam> thawed;
    check_error([&] { io::load_checkpoint(thawed, path); }, path,
                io::tensor_name{"layer 5 (dense<4>), weight, in the file '4.weight' in slot0"},
                "a tensor of shape (4, 4)", "none of that name among 27");
    ep::training_state<Small, ep::adam> another;
    check_error([&] { io::load_checkpoint(another, path); }, path, metadata("layer 2"), "prelu<0.25>", "'batch_norm'");
    io::save(state.parameters, path);
    check_error([&] { io::load_checkpoint(state, path); }, path, io::tensor_name{"tensor 'checkpoint.checksum'"},
                "a checkpoint, which ends with it", "a file of weights");

    const ep::trainer trainer{mixed, ep::mse, ep::adam{}, ep::batch<16>, ep::schedules::cosine{.steps = 40}};
    trainer.fit(state, noise(32, 4), {.epochs = 1, .progress = ep::progress::none});
    CHECK_THROWS_AS(
        trainer.fit(state, noise(32, 4), {.epochs = 2, .from = ep::seed{1}, .progress = ep::progress::none}),
        std::invalid_argument);
    CHECK_THROWS_AS(trainer.fit(state, noise(33, 4), {.epochs = 2, .progress = ep::progress::none}),
                    std::invalid_argument);
    CHECK_THROWS_AS(io::save_checkpoint(state, folder / "none" / "run.checkpoint"), io::error);
}
