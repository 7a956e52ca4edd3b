// SPDX-License-Identifier: MIT
// Learns what an amplifier does to a sound, from windows of it, and then runs sample by sample, as audio arrives: a
// stack of dilated causal convolutions (van den Oord et al. 2016), without heap, locks or a delay.
// ESPALIER_QUICK=1 trains for fewer epochs.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <espalier/espalier.hpp>

namespace ep = espalier;

namespace {

constexpr std::size_t length = 256;

template <std::size_t Dilation>
constexpr auto block = ep::residual(ep::conv1d<8, 3, ep::padding<2 * Dilation, 0>, ep::dilation<Dilation>> >>
                                    ep::tanh >> ep::conv1d<8, 1>);
constexpr auto network =
    ep::input<1, length> >> ep::conv1d<8, 1> >> block<1> >> block<2> >> block<4> >> block<8> >> ep::conv1d<1, 1>;
using Net = ep::network_t<network>;
static_assert(ep::stream<Net>::delay == 0);

/// The amplifier: a tube that saturates, before a low-pass filter.
class amplifier {
public:
    float step(float x) { return low_ += 0.3f * (std::tanh(4 * x + 0.5f) - low_); }

private:
    float low_ = 0;
};

/// A few notes at once, which fade.
std::vector<float> music(std::size_t samples, std::uint64_t from) {
    std::vector<float> sound(samples);
    ep::random_stream random(ep::seed{from}, "notes");
    for (std::size_t first = 0; first < samples; first += 500) {
        const float pitch = 0.01f + 0.2f * random.uniform<float>(), size = 0.2f + 0.6f * random.uniform<float>();
        for (std::size_t i = first; i < std::min(first + 2000, samples); ++i) {
            const auto time = static_cast<float>(i - first);
            sound[i] += size * std::exp(-time / 600) * std::sin(pitch * time);
        }
    }
    return sound;
}

/// Windows of a sound, each from silence on, and what the amplifier makes of them.
ep::regression_set<float> windows(std::size_t rows) {
    const std::vector<float> sound = music(rows * length, 1);
    auto x = xt::xtensor<float, 2>::from_shape({rows, length}), y = xt::xtensor<float, 2>::from_shape({rows, length});
    for (std::size_t row = 0; row < rows; ++row) {
        amplifier real;
        for (std::size_t i = 0; i < length; ++i) {
            x(row, i) = sound[row * length + i];
            y(row, i) = real.step(x(row, i));
        }
    }
    return {x, y};
}

}  // namespace

int main() {
    const bool quick = std::getenv("ESPALIER_QUICK") != nullptr;
    const auto training = windows(512);
    const std::size_t epochs = quick ? 30 : 200, steps = (training.rows() + 15) / 16;
    auto parameters = ep::initialize<Net>(ep::seed{7});
    const ep::trainer trainer{network, ep::mse, ep::adam{.learning_rate = 1e-2}, ep::batch<16>,
                              ep::schedules::cosine{.steps = epochs * steps}};
    trainer.fit(parameters, training, {.epochs = epochs});

    // Live: a minute that it has not heard, one sample at a time.
    const std::vector<float> sound = music(quick ? 48'000 : 60 * 48'000, 2);
    std::vector<float> played(sound.size());
    ep::stream live(parameters);
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < sound.size(); ++i) played[i] = live.step(sound[i]);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;

    amplifier real;
    double error = 0, power = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double expected = static_cast<double>(real.step(sound[i]));
        error += std::pow(static_cast<double>(played[i]) - expected, 2);
        power += expected * expected;
    }
    std::printf("%zu bytes between steps; %.1f ns a sample\n", live.bytes,
                took.count() / static_cast<double>(sound.size()));
    std::printf("error to signal %.1f dB\n", 10 * std::log10(error / power));
    return error / power < (quick ? 0.01 : 0.001) ? 0 : 1;
}
