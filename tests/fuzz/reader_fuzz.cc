// A libFuzzer target for the reader PICKLOCK_FORMAT: `cmake --preset fuzz`.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/read_and_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  picklock::testing::read_and_write(picklock::Format::PICKLOCK_FORMAT, text);
  return 0;
}
