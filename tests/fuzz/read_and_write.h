// One input of one reader, as a fuzzer or a test gives it.
#pragma once

#include <string_view>

#include "checker/formats/history_reader.h"

namespace picklock::testing {

// Reads the text as this format, whatever it looks like, and writes and reads again what it says. Stops
// the program when a reader's promise is broken, or when writing changes what was read.
void read_and_write(Format format, std::string_view text);

}  // namespace picklock::testing
