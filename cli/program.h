// What every command shares: exit codes, what the terminal can show, and how files are written.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/registry.h"
#include "base/diagnostic.h"
#include "reports/terminal.h"
#include "scenarios/loader.h"
#include "search/vocabulary.h"

namespace picklock::cli {

// docs/output.md explains them to users.
enum class Exit : int {
  met = 0,          // every expectation was met
  violation = 1,    // an unexpected violation, or an expected one that is missing
  undecided = 2,    // a budget was used up, and nothing wrong was found
  usage = 3,        // the command line or an input file is wrong
  environment = 4,  // an output could not be written, a server not be reached
  nothing_ran = 5,
  interrupted = 130,
};

// Set by Ctrl-C; long work looks at it.
const std::atomic<bool>& interrupted();
void listen_for_interrupt();

// Columns of the terminal that this file descriptor is; 80 when it is none.
int terminal_width(int stream);
// Colours, characters and width of the standard output.
TerminalStyle terminal_style();

// Prints every diagnostic to the standard error.
void print(const Diagnostics& diagnostics);

// Writes the whole file or says why not, on the standard error.
bool write_file(const std::string& path, std::string_view content);

// The same for what `write` passes to its argument, piece by piece.
using PieceWriter = std::function<void(const std::function<void(std::string_view)>&)>;
bool write_file_in_pieces(const std::string& path, const PieceWriter& write);

// Bytes that this process may still take: what the system has to give, and its limits and those of its
// control groups allow.
std::uint64_t available_memory();

// The most bytes that this process had in memory so far.
std::uint64_t peak_bytes();

// Seconds of wall-clock time, for the "timing" part of reports alone.
double wall_seconds();

}  // namespace picklock::cli
