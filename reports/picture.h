// The space-time picture of one counterexample, in text: who believes to hold the lock, whom the servers
// name, what happens to the data, over time that keeps its order and shrinks its long gaps.
#pragma once

#include <string>

#include "reports/canvas.h"
#include "reports/result.h"

namespace picklock {

// Lines with their ends. Drawn from the history and the counterexample alone. At most 4 clients and 12
// numbered steps; whatever else matters less is left out and counted.
std::string draw_picture(const RunPicture& run, const TerminalStyle& style);

}  // namespace picklock
