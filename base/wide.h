// 128-bit integers, for products of two 64-bit ones. GCC and Clang have them; ISO C++ does not name them.
#pragma once

namespace picklock {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

}  // namespace picklock
