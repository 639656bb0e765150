// A run as Chrome's trace events, which ui.perfetto.dev and chrome://tracing open.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#pragma once

#include <string>

#include "checker/history.h"

namespace picklock {

// A process for each node that did something. A client has tracks for what it believes, what it asked for, and its
// pauses and crashes; a server for whom it names; the resource for what it applied. Messages are flows. Slices of one
// track never overlap: where two would, the later one goes to a further track. Times in microseconds with three
// decimals, which is what the format has.
std::string perfetto_json(const History& history);

}  // namespace picklock
