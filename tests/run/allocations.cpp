// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/predictor.hpp>
#include <espalier/run/stream.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/rmsprop.hpp>
#include <espalier/train/sgd.hpp>
#include <new>

// Every allocation is counted: by definitions of malloc's family that the C++ library's operators new end up in too,
// or, under AddressSanitizer, which defines these itself, by its hook.
#if defined(__SANITIZE_ADDRESS__)
#define ESPALIER_COUNTS_BY_HOOK
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ESPALIER_COUNTS_BY_HOOK
#endif
#endif

namespace {
// Atomic: compilers know that malloc changes no variable of the program's, and would not look again.
std::atomic<std::size_t> allocations = 0;
}  // namespace

#if defined(ESPALIER_COUNTS_BY_HOOK)
// Of sanitizer/allocator_interface.h, which g++ 12 does not ship.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));

namespace {
void count_allocation(const volatile void*, std::size_t) { ++allocations; }
void ignore_release(const volatile void*) {}
const int installed = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release);
constexpr bool counts = true;
}  // namespace
#elif defined(__GLIBC__)
#include <cerrno>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept {
    ++allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    ++allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
    ++allocations;
    return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++allocations;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) noexcept {
    ++allocations;
    *to = __libc_memalign(alignment, size);
    return *to == nullptr ? ENOMEM : 0;
}
}
namespace {
constexpr int installed = 1;
constexpr bool counts = true;
}  // namespace
#else
namespace {
constexpr int installed = 1;
constexpr bool counts = false;
}  // namespace
#endif

namespace {

namespace ep = espalier;

template <class Function>
std::size_t allocations_in(Function&& f) {
    const std::size_t before = allocations;
    f();
    return allocations - before;
}

void* volatile kept;  // so that no allocation is optimised away

constexpr auto with_everything = ep::input<2, 9> >> ep::flatten >> ep::dense<17> >> ep::prelu<> >> ep::dropout<0.2> >>
                                 ep::dense<6> >> ep::residual(ep::dense<6> >> ep::silu) >>
                                 ep::concat(ep::identity, ep::multiply(ep::dense<6>, ep::sigmoid)) >> ep::silu
                                 >> ep::frozen(ep::dense<4>);
using net = ep::network_t<with_everything>;
constexpr std::size_t batch = 40;

struct fixture {
    ep::parameters<net> parameters = ep::initialize<net>(ep::seed{1});
    ep::gradients<net> gradient;
    xt::xtensor<float, 3> x = xt::ones<float>({std::size_t{33}, std::size_t{2}, std::size_t{9}});
    xt::xtensor<int, 1> labels = xt::ones<int>({33});
    xt::xtensor<float, 2> targets = xt::ones<float>({33, 4});
};

}  // namespace

TEST_CASE("this test counts every way to allocate") {
    if (!counts) {
        MESSAGE("SKIPPED: allocations are counted with glibc or AddressSanitizer only");
        return;
    }
    REQUIRE(installed > 0);
    const auto counted = [](auto allocate, auto release) {
        return allocations_in([&] {
            kept = allocate();
            release(kept);
        });
    };
    const auto free = [](void* p) { std::free(p); };
    CHECK(counted([] { return std::malloc(8); }, free) == 1);
    CHECK(counted([] { return std::calloc(8, 1); }, free) == 1);
    CHECK(counted([] { return std::realloc(nullptr, 8); }, free) == 1);
    CHECK(counted([] { return std::aligned_alloc(64, 64); }, free) == 1);
    CHECK(counted(
              [] {
                  void* to = nullptr;
                  return posix_memalign(&to, 64, 64) == 0 ? to : nullptr;
              },
              free) == 1);
    CHECK(counted([] { return ::operator new(8); }, [](void* p) { ::operator delete(p); }) == 1);
    CHECK(counted([] { return ::operator new[](8); }, [](void* p) { ::operator delete[](p); }) == 1);
    CHECK(counted([] { return ::operator new(8, std::nothrow); }, [](void* p) { ::operator delete(p); }) == 1);
    CHECK(counted([] { return ::operator new(64, std::align_val_t{64}); },
                  [](void* p) { ::operator delete(p, std::align_val_t{64}); }) == 1);
    CHECK(counted([] { return ::operator new[](64, std::align_val_t{64}, std::nothrow); },
                  [](void* p) { ::operator delete[](p, std::align_val_t{64}); }) == 1);
}

TEST_CASE_FIXTURE(fixture, "predict allocates nothing: one sample, and many in the caller's memory") {
    const xt::xtensor<float, 1> flat = xt::ones<float>({18});
    const xt::xtensor_fixed<float, xt::xshape<2, 9>> sample = xt::ones<float>({2, 9});
    float sum = 0;
    CHECK(allocations_in([&] { sum += ep::predict(parameters, flat)(0); }) == 0);
    CHECK(allocations_in([&] { sum -= ep::predict(parameters, sample)(0); }) == 0);
    ep::predictor run(parameters);
    CHECK(allocations_in([&] { sum += run(flat)(0) - run(sample)(0); }) == 0);
    CHECK(allocations_in([&] { run.update(parameters); }) == 0);
    CHECK(sum == 0);

    xt::xtensor<float, 2> y = xt::zeros<float>({33, 4});
    ep::inference_workspace<net, 16> memory;
    CHECK(allocations_in([&] { ep::predict(parameters, x, y, memory); }) == 0);
    CHECK(y(32, 3) == doctest::Approx(y(0, 3)));
    CHECK(y(32, 3) != 0);
}

TEST_CASE("a stream's steps allocate nothing, nor does beginning anew") {
    using signal = ep::network_t<(ep::input<3, 20> >> ep::depthwise_conv1d<3, ep::dilation<2>> >> ep::silu >>
                                  ep::residual(ep::conv1d<3, 1> >> ep::batch_norm<>) >>
                                  ep::conv1d<6, 2, ep::groups<3>> >> ep::softmax<>)>;
    const auto of_signal = ep::initialize<signal>(ep::seed{1});
    ep::stream live(of_signal);
    float first = 0, anew = 0;
    CHECK(allocations_in([&] {
              for (int t = 0; t < 9; ++t) first += live.step(std::array{1.0f, 2.0f, 3.0f})[0];
              live.reset();
              for (int t = 0; t < 9; ++t) anew += live.step(std::array{1.0f, 2.0f, 3.0f})[0];
          }) == 0);
    CHECK(first == anew);
}

TEST_CASE_FIXTURE(fixture, "value_and_gradient allocates nothing, nor does it with the gradient of x") {
    ep::workspace<net, batch> memory;
    ep::workspace<net, batch, float, ep::request::both> memory_of_both;
    xt::xtensor<float, 3> x_gradient = xt::zeros_like(x);
    float loss = 0;
    CHECK(allocations_in([&] {
              loss += ep::value_and_gradient(parameters, x, labels, ep::softmax_cross_entropy, gradient, memory,
                                             {.step = 2});
          }) == 0);
    CHECK(allocations_in([&] {
              loss += ep::value_and_gradient(parameters, x, targets, ep::mse, gradient, memory, {.step = 3});
          }) == 0);
    CHECK(allocations_in([&] {
              loss += ep::value_and_gradients(parameters, x, labels, ep::softmax_cross_entropy, gradient, x_gradient,
                                              memory_of_both, {.step = 4});
          }) == 0);
    CHECK(loss > 0);
}

TEST_CASE_FIXTURE(fixture, "an optimizer's step allocates nothing") {
    constexpr std::size_t count = ep::parameters<net>::size();
    ep::storage::in_place<float, 3 * count> slots;
    const auto step = [&]<class Optimizer>(const Optimizer& optimizer) {
        static_assert(Optimizer::slots <= 3);
        return allocations_in([&] { optimizer.step(parameters.data(), gradient.data(), slots.data(), count, {}); });
    };
    CHECK(step(ep::sgd{.momentum = 0.9, .nesterov = true}) == 0);
    CHECK(step(ep::adam{}) == 0);
    CHECK(step(ep::adamw{}) == 0);
    CHECK(step(ep::rmsprop{}) == 0);
}
