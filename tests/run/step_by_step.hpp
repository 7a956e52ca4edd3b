// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <span>
#include <vector>

/// A training step that stops where a test wants to look at its memory, or to spoil it.
namespace step_by_step {

namespace ep = espalier;

inline constexpr double poison = std::numeric_limits<double>::quiet_NaN();

/// One step on a ragged batch: labels, cross-entropy, double.
template <class Net>
class training_step {
public:
    static constexpr std::size_t batch = 3 * ep::block_lanes<double>;
    static constexpr std::size_t rows = 2 * ep::block_lanes<double> + 1;
    using plan = ep::plan<Net, batch, double>;
    static constexpr std::size_t last = plan::stage_count - 1;

    training_step() {
        for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = 0.25 * static_cast<double>((7 * i + i / 5) % 17) - 2;
        for (std::size_t row = 0; row < rows; ++row) labels_[row] = static_cast<int>(row % ep::output_size<Net>);
        spoil_arena([](std::size_t) { return false; });
        spoil_gradients();
    }

    template <std::size_t S>
    void forward() {
        pass().template forward<S>(S);
    }
    void loss() {
        auto epilogue = pass().template backward_to<last>();
        const ep::detail::label_rows<int> targets{labels_};
        value_ = ep::detail::loss_step<ep::output_size<Net>>(ep::softmax_cross_entropy, pass().a(last), targets, rows,
                                                             epilogue);
        if constexpr (pass_type::template learns<last>)
            pass_type::template learned_gradients<last>(epilogue, gradient_.data());
    }
    template <std::size_t S>
    void backward() {
        pass().template backward<S>(S, gradient_.data());
    }

    /// The gradient of Wˡ, as bits.
    std::vector<std::uint64_t> weight_gradient(std::size_t l) { return bits(tensor(gradient_.data(), l, 0)); }
    /// The whole gradient and the loss, as bits.
    std::vector<std::uint64_t> everything() {
        auto all = bits(gradient_.flat());
        all.push_back(std::bit_cast<std::uint64_t>(value_));
        return all;
    }

    /// The loss, and the gradient of what trains.
    bool is_finite() {
        bool finite = std::isfinite(value_);
        for (const auto& each : ep::parameter_tensors<Net, double>)
            for (const double value : gradient_.flat().subspan(each.offset, each.size))
                finite = finite && (!each.trains || std::isfinite(value));
        return finite;
    }

    /// Where a quantity of the mathematics lies; z where a stands in for it: there.
    std::span<double> place(const ep::symbol& what) {
        using enum ep::symbol::quantity;
        switch (what.of) {
            case weights:
                return tensor(parameters_.data(), what.layer, 0);
            case delta:
                return planned(plan::arena.delta[what.layer]);
            case activation:
                if (what.layer == 0 && plan::memory[1].reads_rows) return x_;
                return planned(plan::arena.a[what.layer]);
            case preactivation: {
                if (const ep::stage& here = plan::stages[what.layer]; here.only_function())
                    return planned(plan::arena.a[here.sources[0]]);
                const bool kept = plan::arena.z[what.layer] != plan::arena.absent;
                return planned(kept ? plan::arena.z[what.layer] : plan::arena.a[what.layer]);
            }
            default:
                return {};
        }
    }

    void spoil(const ep::symbol& what) {
        if (what.of == ep::symbol::quantity::target)
            for (int& label : labels_) label = (label + 1) % static_cast<int>(ep::output_size<Net>);
        std::ranges::fill(place(what), poison);
    }
    void spoil_gradients() { std::ranges::fill(gradient_.flat(), poison); }
    /// Everything but what the set names, and what operations keep for themselves: arena, input, parameters, gradients.
    void spoil_all_but(const ep::symbol_set& read) {
        std::vector<std::span<double>> memory_read = kept_by_operations();
        for (const ep::symbol& each : read) memory_read.push_back(place(each));
        const auto is_read = [&](const double* at) {
            return std::ranges::any_of(memory_read, [&](const std::span<double>& memory) {
                return memory.data() <= at && at < memory.data() + memory.size();
            });
        };
        for (const std::span<double> memory : {arena(), std::span<double>(x_), parameters_.flat()})
            for (double& each : memory)
                if (!is_read(&each)) each = poison;
        spoil_gradients();
    }
    /// The places of a pool's largest elements, the statistics of a batch.
    std::vector<std::span<double>> kept_by_operations() {
        std::vector<std::span<double>> list;
        for (std::size_t i = 0; i < plan::arena.count; ++i)
            if (plan::arena.tensors[i].is == ep::planned_tensor::purpose::kept) list.push_back(planned(i));
        return list;
    }
    /// The arena's scalars whose number `is_live` denies.
    template <class Predicate>
    void spoil_arena(Predicate is_live) {
        for (std::size_t i = 0; i < arena().size(); ++i)
            if (!is_live(i)) arena()[i] = poison;
    }

private:
    using pass_type = ep::detail::pass<plan, double, true>;
    pass_type pass() { return {parameters_.data(), x_.data(), rows, memory_.data(), {}}; }
    std::span<double> arena() { return {reinterpret_cast<double*>(memory_.data()), plan::bytes / sizeof(double)}; }
    std::span<double> planned(std::size_t tensor) {
        const ep::planned_tensor& each = plan::arena.tensors[tensor];
        return arena().subspan(each.offset / sizeof(double), each.bytes / sizeof(double));
    }
    static std::span<double> tensor(double* flat, std::size_t stage, std::size_t position) {
        for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
            const auto& each = ep::parameter_tensors<Net, double>[i];
            if (each.stage == stage && each.position == position) return {flat + each.offset, each.size};
        }
        return {};
    }
    static std::vector<std::uint64_t> bits(std::span<const double> values) {
        std::vector<std::uint64_t> list(values.size());
        std::ranges::transform(values, list.begin(), [](double value) { return std::bit_cast<std::uint64_t>(value); });
        return list;
    }

    std::vector<double> x_ = std::vector<double>(rows * ep::input_size<Net>);
    int labels_[rows];
    ep::parameters<Net, double> parameters_ = ep::initialize<Net, double>(ep::seed{6});
    ep::gradients<Net, double> gradient_;
    ep::workspace<Net, batch, double> memory_;
    double value_ = 0;
};

}  // namespace step_by_step
