# cmake -D INPUT=<library> -D OUTPUT=<source> -P EmbedShim.cmake: writes the bytes of the clock shim as C++.
file(READ "${INPUT}" digits HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${digits}")
file(WRITE "${OUTPUT}" "#include \"real/clock_shim_bytes.h\"

namespace picklock {
namespace {

constexpr unsigned char kBytes[] = {${bytes}};

}  // namespace

std::span<const unsigned char> clock_shim_bytes() {
  return kBytes;
}

}  // namespace picklock
")
