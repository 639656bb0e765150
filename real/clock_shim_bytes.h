// The clock shim's shared library, as the build made it: picklock carries it along.
#pragma once

#include <span>

namespace picklock {

std::span<const unsigned char> clock_shim_bytes();

}  // namespace picklock
