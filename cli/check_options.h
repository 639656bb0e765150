// What a user asks of `picklock check`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/arguments.h"

namespace picklock::cli {

struct CheckOptionsOfUser {
  std::vector<std::string> files;
  std::vector<std::string> specifications;
  std::optional<std::uint64_t> budget;
  std::string refusals;
  bool skip_malformed = false;
  bool verify = false;
  bool one_pass = false;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string format = "text";
  std::vector<std::string> outputs;
};

// The same as one would type it.
inline std::string command_of(const CheckOptionsOfUser& user) {
  std::string text = "picklock check";
  for (const std::string& file : user.files) text += " " + shell_word(file);
  for (const std::string& one : user.specifications) text += " --spec " + shell_word(one);
  return text + (user.refusals.empty() ? "" : " --refusals " + user.refusals) +
         (user.skip_malformed ? " --skip-malformed" : "") + (user.one_pass ? " --one-pass" : "");
}

}  // namespace picklock::cli
