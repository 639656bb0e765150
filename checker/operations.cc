#include "checker/operations.h"

#include <array>

namespace picklock {

std::string_view to_string(Verb verb) {
  static constexpr std::array<std::string_view, 10> kNames{
      "acquire",         "release", "renew", "read",   "write",
      "compare-and-set", "append",  "add",   "remove", "transaction"};
  return kNames.at(static_cast<std::size_t>(verb));
}

std::string name_in_words(const std::string& name) {
  const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? "process " + name : name;
}

}  // namespace picklock
