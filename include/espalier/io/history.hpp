// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/io/file.hpp>
#include <espalier/train/history.hpp>

namespace espalier::io {

/// Writes a training history as CSV, whole or not at all; throws io::error.
inline void save_csv(const std::filesystem::path& path, const history& past) {
    output_file file(path);
    file.write(past.csv());
    file.commit();
}

}  // namespace espalier::io
