// Scripts that cannot tell whether what they see is protected, and so may run without the protection.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picklock {

// True for a script (without its shebang) that says nothing but redis.call() and redis.pcall(), KEYS and
// ARGV, tonumber() and tostring(), control flow, operators, literals and `local` variables that are never
// assigned again: by its words it can change no table and no global, and keep nothing for later. Most
// scripts of locks are plain. False when in doubt. O(text).
bool is_plain_script(std::string_view text);
// True for a plain script without a loop: it ends after no more instructions than it has. O(text).
bool is_straight_script(std::string_view text);
// The texts and numbers (in digits) that a straight script names, if it tells values apart by nothing but == and ~=: then
// it does the same whenever the same are equal of its words, of the answers that it gets, and of these. Nothing for any
// other script, or when in doubt. O(text).
std::optional<std::vector<std::string>> literals_of_comparing_script(std::string_view text);

}  // namespace picklock
