// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>
#include <limits>
#include <span>
#include <vector>

/// What holds for every network, stated once: obeys_laws<Net, Scalar>(loss).
namespace laws {

namespace ep = espalier;

/// Scalars of different bits are different, NaN equals NaN.
template <class Scalar>
bool same_bits(std::span<const Scalar> left, std::span<const Scalar> right) {
    if (left.empty() || right.empty()) return left.size() == right.size();  // memcmp takes no null pointer
    return left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size_bytes()) == 0;
}

/// Largest difference, in units of the largest value; infinite where there is a NaN.
template <class Scalar>
double difference(std::span<const Scalar> left, std::span<const Scalar> right) {
    double largest = 0, apart = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const double each = std::abs(static_cast<double>(left[i]) - static_cast<double>(right[i]));
        apart = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(apart, each);
        largest = std::max(largest, std::abs(static_cast<double>(left[i])));
    }
    return apart == 0 ? 0 : apart / largest;
}

/// Memory of exactly Bytes between two canaries, filled with NaNs of either scalar.
template <std::size_t Bytes>
class guarded {
public:
    using storage = ep::storage::view<std::byte, Bytes>;

    guarded() : memory_(Bytes + 3 * ep::alignment, canary) {
        auto address = reinterpret_cast<std::uintptr_t>(memory_.data()) + ep::alignment;
        first_ = memory_.data() + (ep::alignment + (ep::alignment - address % ep::alignment) % ep::alignment);
        std::fill_n(first_, Bytes, std::byte{0xff});
    }
    storage view() { return storage(std::span<std::byte, Bytes>(first_, Bytes)); }
    bool intact() const {
        const auto is_canary = [](std::byte each) { return each == canary; };
        const std::byte* const begin = memory_.data();
        const std::byte* const end = begin + memory_.size();
        return std::all_of<const std::byte*>(begin, first_, is_canary) &&
               std::all_of<const std::byte*>(first_ + Bytes, end, is_canary);
    }

private:
    static constexpr std::byte canary{0xa5};
    std::vector<std::byte> memory_;
    std::byte* first_;
};

template <class Net, class Scalar, class Loss>
class subject {
public:
    static constexpr std::size_t width = ep::simd_width<Scalar>, lanes = ep::block_lanes<Scalar>;
    static constexpr std::size_t batch = 2 * lanes + 3;
    static constexpr bool has_state = ep::detail::moving_states<Net, Scalar>.size() > 0;
    static constexpr std::size_t inputs = ep::input_size<Net>, outputs = ep::output_size<Net>;

    struct outcome {
        Scalar loss;
        std::vector<Scalar> gradient;  // of what trains
    };

    explicit subject(const Loss& loss) : loss_(loss), x_(batch * inputs), values_(batch * outputs), labels_(batch) {
        ep::random_stream stream(ep::seed{3}, "laws");
        for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
            const auto& tensor = ep::parameter_tensors<Net, Scalar>[i];
            for (Scalar& each : parameters.flat().subspan(tensor.offset, tensor.size))
                each += Scalar(0.1) * stream.normal<Scalar>();
        }
        for (Scalar& each : x_) each = stream.normal<Scalar>();
        for (Scalar& each : values_) each = stream.uniform<Scalar>();
        for (int& each : labels_) each = static_cast<int>(stream.below(outputs));
    }

    /// One step on rows first … first + rows − 1, given as memory of just their size.
    outcome step(std::size_t first, std::size_t rows) {
        using plan = ep::plan<Net, batch, Scalar>;
        const std::vector<Scalar> x = part(x_, first, rows, inputs);
        const auto y = target(first, rows);
        guarded<plan::bytes> memory;
        ep::workspace<Net, batch, Scalar, ep::request::parameters, typename guarded<plan::bytes>::storage> workspace(
            memory.view());
        ep::gradients<Net, Scalar> gradient;
        const Scalar unwritten = std::numeric_limits<Scalar>::quiet_NaN();
        for_each_tensor([&](const auto& tensor) { std::ranges::fill(of(gradient, tensor), unwritten); });

        outcome found;
        found.loss = ep::value_and_gradient(parameters, std::span(x), std::span(y), loss_, gradient, workspace,
                                            {.from = ep::seed{8}, .step = 5, .first_row = first});
        bool gaps_are_zero = true, frozen_are_untouched = true, trained_are_finite = std::isfinite(found.loss);
        for_each_tensor([&](const auto& tensor) {
            const std::size_t end = tensor.offset + tensor.size;
            for (const Scalar each : gradient.flat().subspan(end, ep::aligned_size<Scalar>(tensor.size) - tensor.size))
                gaps_are_zero &= each == 0;
            for (const Scalar each : of(gradient, tensor)) {
                if (tensor.trains) found.gradient.push_back(each);
                trained_are_finite &= !tensor.trains || std::isfinite(each);
                frozen_are_untouched &= tensor.trains || has_state || std::memcmp(&each, &unwritten, sizeof each) == 0;
            }
        });
        CHECK(memory.intact());
        CHECK(gaps_are_zero);
        CHECK(frozen_are_untouched);
        CHECK(trained_are_finite);
        return found;
    }

    /// The outputs for rows 0 … rows − 1, through a workspace for Batch of them at a time.
    template <std::size_t Batch>
    std::vector<Scalar> predictions(std::size_t rows) {
        using plan = ep::plan<Net, Batch, Scalar, ep::request::nothing>;
        const std::vector<Scalar> x = part(x_, 0, rows, inputs);
        std::vector<Scalar> y(rows * outputs, std::numeric_limits<Scalar>::quiet_NaN());
        guarded<plan::bytes> memory;
        ep::workspace<Net, Batch, Scalar, ep::request::nothing, typename guarded<plan::bytes>::storage> workspace(
            memory.view());
        std::span to(y);
        ep::predict(parameters, std::span(x), to, workspace);
        CHECK(memory.intact());
        return y;
    }

    std::vector<Scalar> prediction(std::size_t row) {
        auto x = xt::xtensor<Scalar, 1>::from_shape({inputs});
        std::copy_n(x_.begin() + static_cast<std::ptrdiff_t>(row * inputs), inputs, x.begin());
        const auto y = ep::predict(parameters, x);
        return {y.begin(), y.end()};
    }

    /// Against finite differences on a few rows, of x too.
    double gradient_error()
        requires std::is_same_v<Scalar, double>
    {
        constexpr std::size_t rows = 5;
        const std::vector<Scalar> x = part(x_, 0, rows, inputs);
        const auto y = target(0, rows);
        return ep::gradient_check<rows>(parameters, std::span(x), std::span(y), loss_, {.from = ep::seed{8}});
    }

    ep::parameters<Net, Scalar> parameters = ep::initialize<Net, Scalar>(ep::seed{4});

private:
    template <class Value>
    static std::vector<Value> part(const std::vector<Value>& list, std::size_t first, std::size_t rows,
                                   std::size_t size) {
        const auto begin = list.begin() + static_cast<std::ptrdiff_t>(first * size);
        return {begin, begin + static_cast<std::ptrdiff_t>(rows * size)};
    }
    auto target(std::size_t first, std::size_t rows) const {
        if constexpr (Loss::takes_labels)
            return part(labels_, first, rows, 1);
        else
            return part(values_, first, rows, outputs);
    }
    template <class Function>
    static void for_each_tensor(Function&& f) {
        for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) f(ep::parameter_tensors<Net, Scalar>[i]);
    }
    static auto of(ep::gradients<Net, Scalar>& gradient, const ep::parameter_tensor& tensor) {
        return gradient.flat().subspan(tensor.offset, tensor.size);
    }

    Loss loss_;
    std::vector<Scalar> x_, values_;
    std::vector<int> labels_;
};

template <class Net, class Scalar, class Loss>
void check_laws(const Loss& loss) {
    using subject_type = subject<Net, Scalar, Loss>;
    constexpr std::size_t width = subject_type::width, lanes = subject_type::lanes, batch = subject_type::batch;
    constexpr double rounding = sizeof(Scalar) == sizeof(float) ? 2e-5 : 1e-13;
    subject_type net(loss);
    const auto all = net.template predictions<batch>(batch);

    for (const std::size_t rows : {std::size_t{1}, width - 1, width, width + 1, lanes, lanes + 1, batch}) {
        if (rows == 0) continue;
        CAPTURE(rows);

        // The same bits twice.
        const auto whole = net.step(0, rows), again = net.step(0, rows);
        CHECK(std::memcmp(&whole.loss, &again.loss, sizeof whole.loss) == 0);
        CHECK(same_bits<Scalar>(whole.gradient, again.gradient));

        // The mean over the rows is that of its parts, wherever they are cut; but a batch's statistics are its own.
        for (const std::size_t cut : {std::size_t{1}, rows / 2, rows - rows / 3}) {
            if (cut == 0 || cut >= rows || subject_type::has_state) continue;
            CAPTURE(cut);
            const auto first = net.step(0, cut), second = net.step(cut, rows - cut);
            const double share = static_cast<double>(cut) / static_cast<double>(rows);
            const auto mean = [&](Scalar a, Scalar b) {
                return static_cast<Scalar>(share * static_cast<double>(a) + (1 - share) * static_cast<double>(b));
            };
            CHECK(std::abs(static_cast<double>(mean(first.loss, second.loss) - whole.loss)) <
                  rounding * std::max(1.0, std::abs(static_cast<double>(whole.loss))));
            std::vector<Scalar> combined(whole.gradient.size());
            std::ranges::transform(first.gradient, second.gradient, combined.begin(), mean);
            CHECK(difference<Scalar>(whole.gradient, combined) < rounding);
        }

        // A row's prediction does not depend on its company: to the bit in blocks that are more than half full; within
        // rounding in others and for a single sample, where products are added in another order.
        const std::span<const Scalar> expected(all.data(), rows * subject_type::outputs);
        const auto found = net.template predictions<batch>(rows);
        const std::size_t full = rows % lanes > width ? rows : rows / lanes * lanes;
        const std::size_t same = std::min(full, 2 * lanes) * subject_type::outputs;
        CHECK(same_bits<Scalar>(expected.first(same), std::span(found).first(same)));
        CHECK(difference<Scalar>(expected, found) < rounding);
        CHECK(difference<Scalar>(expected, net.template predictions<width + 1>(rows)) < rounding);
        CHECK(difference<Scalar>(expected.last(subject_type::outputs), net.prediction(rows - 1)) < rounding);
    }
    if constexpr (std::is_same_v<Scalar, double>) CHECK(net.gradient_error() < 1e-6);
}

// Instrumented, a network compiles three times as long: double alone is enough there.
#if defined(ESPALIER_CHECKED)
inline constexpr bool only_double = true;
#else
inline constexpr bool only_double = false;
#endif

template <class Net, class Scalar, class Loss>
void obeys_laws(const Loss& loss) {
    if constexpr (only_double && !std::is_same_v<Scalar, double>) {
        MESSAGE("SKIPPED under AddressSanitizer: float");
    } else {
        check_laws<Net, Scalar>(loss);
    }
}

}  // namespace laws
