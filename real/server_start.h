// What the starts of all servers of our own have in common.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "real/child.h"

namespace picklock {

// Another process may take a port between our look and the child's: so often another one is tried.
inline constexpr int kServerStartTries = 5;

// A new directory "picklock-<name>-..." in `parent`; empty: where temporary files go.
Result<std::string> make_server_directory(const std::string& parent, const std::string& name);
// Asks `answers` every few milliseconds of real time, at most twenty seconds long; false when it never did,
// or when the child has ended.
bool wait_until_ready(Child& child, const std::function<bool()>& answers);
// The last line of a server's log, in brackets; "" when it said nothing.
std::string last_words(const std::string& log);

}  // namespace picklock
