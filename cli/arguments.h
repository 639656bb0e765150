// What several commands read from the command line. What is wrong is added to a list, so that a user
// hears of all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/loader.h"

namespace picklock::cli {

using Complaints = std::vector<std::string>;

struct Output {
  std::string kind;
  std::string path;
};

// "json=result.json": each kind must be one of `kinds`.
std::vector<Output> parse_outputs(const std::vector<std::string>& texts,
                                  std::span<const std::string> kinds, Complaints& wrong);

// "/json/pointer=value", as --set takes it.
std::vector<Override> parse_overrides(const std::vector<std::string>& set, Complaints& wrong);

// As one word of a command line for sh.
std::string shell_word(const std::string& text);

// text or json.
void check_format(const std::string& format, Complaints& wrong);

// A 64-bit number, decimal or 0x...
std::optional<std::uint64_t> parse_seed(const std::string& text);
std::optional<std::uint64_t> parse_seed(const char* flag, const std::string& text,
                                        Complaints& wrong);

}  // namespace picklock::cli
