// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <espalier/io/checksum.hpp>
#include <espalier/io/safetensors.hpp>
#include <espalier/train/training_state.hpp>

namespace espalier::diagnostics {

template <class Found>
struct checkpoint_of_what : stand_in<void> {
    static_assert(arguments_agree<Found>,
                  "a checkpoint keeps a training_state: (state, path) in this order; load and save take parameters");
};

}  // namespace espalier::diagnostics

/// Trainings put aside and taken up again.
namespace espalier::io {

namespace detail {

inline constexpr std::string_view history_name = "checkpoint.history";
inline constexpr std::size_t history_columns = 6;

/// Writes on, and keeps the CRC-32 of all that was written.
class checksummed_file {
public:
    explicit checksummed_file(output_file& file) : file_(file) {}

    void write(const void* from, std::size_t count) {
        if (count == 0) return;  // zlib takes a null pointer as the wish to start anew
        checksum_ = ::crc32_z(checksum_, static_cast<const unsigned char*>(from), count);
        file_.write(from, count);
    }
    void write_checksum() {
        std::array<unsigned char, 4> bytes;
        for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(checksum_ >> 8 * i & 0xff);
        file_.write(bytes.data(), bytes.size());
    }

private:
    output_file& file_;
    unsigned long checksum_ = 0;
};

/// A whole number of the metadata, up to `most`.
inline std::uint64_t number_of(const input_file& file, const safetensors_header& header, std::string_view key,
                               std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    const std::string* const text = header.find(key);
    std::uint64_t number = 0;
    const auto read = [&] {
        const char* const end = text->data() + text->size();
        const auto [stop, failure] = std::from_chars(text->data(), end, number);
        return failure == std::errc{} && stop == end && number <= most;
    };
    if (!text || !read())
        throw error(file.name(), tensor_name{"metadata, " + std::string(key)},
                    "a whole number of at most " + std::to_string(most), text ? io::quoted(*text) : "none");
    return number;
}

template <class Rule>
std::string optimizer_name() {
    if constexpr (requires { Rule::kind; })
        return std::string(Rule::kind);
    else
        return "of " + std::to_string(Rule::slots) + " slots";
}

/// A state's numbers as one vector, parameters, slots, best parameters, and where in it each tensor of a file lies.
template <class Net, class Rule, class Scalar>
struct checkpoint_layout {
    static constexpr std::size_t length = parameter_size<Net, Scalar>;
    static constexpr std::size_t slots_at = length;
    static constexpr std::size_t best_at = length + optimizer_state<Net, Rule, Scalar>::size();

    std::vector<named_tensor> tensors;

    explicit checkpoint_layout(bool with_best) : tensors(tensors_of<Net, Scalar>()) {
        const std::vector<named_tensor> parameters = tensors;
        for (const parameter_range& range : trained_ranges<Net, Scalar>)
            for (std::size_t slot = 0; slot < Rule::slots; ++slot)
                for (const named_tensor& each : parameters)
                    if (each.offset - range.offset < range.count)
                        add(each, "slot" + std::to_string(slot),
                            slots_at + Rule::slots * range.offset + slot * range.count + each.offset - range.offset);
        if (with_best)
            for (const named_tensor& each : parameters) add(each, "best", best_at + each.offset);
    }

private:
    void add(named_tensor tensor, const std::string& group, std::size_t offset) {
        tensor.name = "checkpoint." + group + "." + tensor.name;
        tensor.where += " in " + group;
        tensor.offset = offset;
        tensors.push_back(std::move(tensor));
    }
};

inline std::vector<double> history_numbers(const history& past) {
    std::vector<double> numbers;
    for (const epoch_record& each : past.epochs)
        numbers.insert(numbers.end(), {static_cast<double>(each.epoch), each.training_loss, each.validation_loss,
                                       each.validation_accuracy, each.learning_rate_scale, each.seconds});
    return numbers;
}

/// The tensor "checkpoint.history" of shape (epochs, 6).
inline history read_history(input_file& file, const safetensors_header& header) {
    const tensor_name where{"tensor " + io::quoted(history_name)};
    const auto entry = std::ranges::find(header.tensors, history_name, &safetensors_entry::name);
    if (entry == header.tensors.end() || entry->type.name != "F64" || entry->shape.size() != 2 ||
        entry->shape[1] != history_columns)
        throw error(
            file.name(), where, "F64 of shape (epochs, " + std::to_string(history_columns) + ")",
            entry == header.tensors.end() ? "none" : std::string(entry->type.name) + " " + shape_text(entry->shape));
    const std::uint64_t start = file.offset();
    std::vector<double> numbers((entry->end - entry->begin) / sizeof(double));
    file.seek(start + entry->begin);
    read_numbers(file, entry->type, where.value, true, numbers.size(), numbers.data());
    file.seek(start);
    history past;
    for (auto row = numbers.begin(); row != numbers.end(); row += history_columns) {
        const std::size_t epoch = past.epochs.size() + 1;
        if (row[0] != static_cast<double>(epoch))
            throw error(file.name(), where, "epoch " + std::to_string(epoch), std::to_string(row[0]));
        past.epochs.push_back({epoch, row[1], row[2], row[3], row[4], row[5]});
    }
    past.best_epoch = static_cast<std::size_t>(number_of(file, header, "checkpoint.best_epoch", past.epochs.size()));
    past.stopped_early = number_of(file, header, "checkpoint.stopped_early", 1) != 0;
    return past;
}

}  // namespace detail

struct checkpoint_options {
    bool allow_non_finite = false;  ///< a training that has come to NaN or infinity goes on from there
};

/// Keeps a training: parameters and other state of the layers, the optimizer's state, history, seed, and the best
/// parameters where early stopping restores them. The file is a safetensors file, out of which load() takes the
/// parameters. It is written beside its name, synced and renamed: whatever happens, there is the old one or the new
/// one, whole. Throws io::error.
template <Network Net, class Rule, class Scalar>
void save_checkpoint(const training_state<Net, Rule, Scalar>& state, const std::filesystem::path& path) {
    const detail::checkpoint_layout<Net, Rule, Scalar> layout(!state.best_parameters.empty());
    const std::vector<double> past = detail::history_numbers(state.past);
    detail::safetensors_header header = detail::network_header<Net>();
    const auto note = [&](const char* key, const std::string& value) { header.metadata.emplace_back(key, value); };
    note("checkpoint.optimizer", detail::optimizer_name<Rule>());
    note("checkpoint.steps", std::to_string(state.optimizer.steps()));
    note("checkpoint.seed", std::to_string(state.from.value));
    note("checkpoint.best_epoch", std::to_string(state.past.best_epoch));
    note("checkpoint.stopped_early", std::to_string(state.past.stopped_early));
    note("checkpoint.has_best", std::to_string(state.has_best));
    // Doubles first and bytes last, so that every number lies on a multiple of its size.
    detail::append(header, std::string(detail::history_name), "F64",
                   {state.past.epochs.size(), detail::history_columns});
    for (const named_tensor& each : layout.tensors)
        detail::append(header, each.name, detail::type_of_scalar<Scalar>, each.shape);
    detail::append(header, std::string(detail::checksum_name), "U8", {4});

    output_file target(path);
    detail::checksummed_file file(target);
    const std::string start = detail::safetensors_start(header);
    file.write(start.data(), start.size());
    detail::write_numbers(file, std::span<const double>(past));
    for (const named_tensor& each : layout.tensors) {
        const Scalar* const from = each.offset < layout.slots_at ? state.parameters.data() + each.offset
                                   : each.offset < layout.best_at
                                       ? state.optimizer.slots() + (each.offset - layout.slots_at)
                                       : state.best_parameters.data() + (each.offset - layout.best_at);
        detail::write_numbers(file, std::span<const Scalar>(from, each.size));
    }
    file.write_checksum();
    target.commit_synced();
}

/// Takes up a training that save_checkpoint() kept: network, optimizer and scalar type must be the same. An io::error
/// names what does not fit, a checksum finds what was damaged, and the state then keeps what it was.
template <Network Net, class Rule, class Scalar>
void load_checkpoint(training_state<Net, Rule, Scalar>& state, const std::filesystem::path& path,
                     const checkpoint_options& options = {}) {
    using layout_type = detail::checkpoint_layout<Net, Rule, Scalar>;
    input_file file(path);
    const detail::safetensors_header header = detail::read_safetensors_header(file);
    detail::check_checksum(file, header);
    detail::check_layers(file.name(), header, fingerprint<Net>, layer_names<Net>());
    const std::string* const optimizer = header.find("checkpoint.optimizer");
    if (!optimizer || *optimizer != detail::optimizer_name<Rule>())
        throw error(file.name(), tensor_name{"metadata, checkpoint.optimizer"}, detail::optimizer_name<Rule>(),
                    optimizer ? io::quoted(*optimizer) : "none");
    const bool with_best =
        std::ranges::any_of(header.tensors, [](const auto& each) { return each.name.starts_with("checkpoint.best."); });
    const layout_type layout(with_best);
    const auto matches = detail::match_tensors(file.name(), header, layout.tensors, [](std::string_view name) {
        return name == detail::history_name || name == detail::checksum_name;
    });
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (matches[i] && header.tensors[i].type.name != detail::type_of_scalar<Scalar>)
            throw error(file.name(), tensor_name{matches[i]->where}, std::string(detail::type_of_scalar<Scalar>),
                        std::string(header.tensors[i].type.name));

    training_state<Net, Rule, Scalar> read;
    read.past = detail::read_history(file, header);
    read.optimizer.set_steps(detail::number_of(file, header, "checkpoint.steps"));
    read.from = seed{detail::number_of(file, header, "checkpoint.seed")};
    read.has_best = detail::number_of(file, header, "checkpoint.has_best", with_best ? 1 : 0) != 0;
    std::vector<Scalar> numbers(layout.best_at + (with_best ? layout.length : 0));
    detail::read_matches(file, header, std::span(matches), options.allow_non_finite, numbers.data());
    const auto part = [&](std::size_t from, std::size_t to) { return std::span(numbers).subspan(from, to - from); };
    std::ranges::copy(part(0, layout.slots_at), read.parameters.data());
    std::ranges::copy(part(layout.slots_at, layout.best_at), read.optimizer.slots());
    const auto best = part(layout.best_at, numbers.size());
    read.best_parameters.assign(best.begin(), best.end());
    state = std::move(read);
}

/// Any other call says what they take.
template <class First, class... Rest>
    requires(!espalier::detail::TrainingState<First>)
auto save_checkpoint(const First&, const Rest&...)
    -> diagnostics::checkpoint_of_what<diagnostics::receives<diagnostics::name_of<First>>>;
template <class First, class... Rest>
    requires(!espalier::detail::TrainingState<First>)
auto load_checkpoint(const First&, const Rest&...)
    -> diagnostics::checkpoint_of_what<diagnostics::receives<diagnostics::name_of<First>>>;

}  // namespace espalier::io
