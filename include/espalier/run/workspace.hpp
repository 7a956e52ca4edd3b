// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <espalier/core/given.hpp>
#include <espalier/core/storage.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/plan/scalar.hpp>

namespace espalier {

/// The memory of one training step on batches of up to Batch samples: exactly plan<Net, Batch, Scalar, Wanted>::bytes.
/// One for each thread that computes; its contents between calls mean nothing.
template <Network Net, std::size_t Batch,  // then looks whether the layers fit
          class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          request Wanted = request::parameters,
          class Storage =
              storage::heap<std::byte, plan<Net, Batch, typename diagnostics::scalar<Scalar>::type, Wanted>::bytes>>
class workspace {
public:
    using plan_type = plan<Net, Batch, Scalar, Wanted>;
    static constexpr std::size_t bytes = plan_type::bytes;

    workspace() = default;
    explicit workspace(Storage storage) : storage_(std::move(storage)) {
        assert(reinterpret_cast<std::uintptr_t>(data()) % alignof(Scalar) == 0);
    }

    std::byte* data() { return storage_.data(); }

private:
    Storage storage_;
};

template <class Net, std::size_t Batch, class Scalar, request Wanted, class Storage>
struct diagnostics::named<workspace<Net, Batch, Scalar, Wanted, Storage>> {
    using type = a_workspace;
};

namespace detail {

template <class Net, std::size_t Batch, class Scalar, request Wanted, class Storage>
void as_workspace(const workspace<Net, Batch, Scalar, Wanted, Storage>&);
template <class Type>
concept Workspace = requires(const Type& given) { as_workspace(given); };

}  // namespace detail

}  // namespace espalier
