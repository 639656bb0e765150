// What several commands read from the command line. What is wrong is added to a list, so that a user
// hears of all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
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

// As one word of a command line for sh.
std::string shell_word(const std::string& text);

inline const std::vector<std::string> kFormats{"text", "json"};
inline const std::vector<std::string> kVerdictFormats{"text", "json", "github"};

// One of `known`.
void check_format(const std::string& format, Complaints& wrong,
                  std::span<const std::string> known = kFormats);

// What --seed and --seeds say instead of the scenario's own.
struct SeedRange {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;  // included
};
// `seed` is one number, `seeds` a range such as 1-1000; "" for what was not given.
SeedRange parse_seeds(const std::string& seed, const std::string& seeds, Complaints& wrong);

// "/json/pointer=value", and without the first slash, of `flag`: what stands left and right of the "=".
std::vector<std::pair<std::string, std::string>> parse_assignments(
    const char* flag, const std::vector<std::string>& texts, Complaints& wrong);

// A 64-bit number, decimal or 0x...
std::optional<std::uint64_t> parse_seed(const std::string& text);
std::optional<std::uint64_t> parse_seed(const char* flag, const std::string& text,
                                        Complaints& wrong);

}  // namespace picklock::cli
