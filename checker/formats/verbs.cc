#include "checker/formats/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace picklock {
namespace {

using Entry = std::pair<std::string_view, NamedVerb>;

constexpr NamedVerb kAcquireShared{Verb::acquire, Mode::shared};
constexpr NamedVerb kReleaseShared{Verb::release, Mode::shared};

// Without "-", "_" and capitals. The ones in front are asked for most often.
constexpr std::array<Entry, 53> kNames{{
    {"acquire", {Verb::acquire}},
    {"release", {Verb::release}},
    {"read", {Verb::read}},
    {"write", {Verb::write}},
    {"cas", {Verb::compare_and_set}},
    {"get", {Verb::read}},
    {"put", {Verb::write}},
    {"append", {Verb::append}},
    {"lock", {Verb::acquire}},
    {"unlock", {Verb::release}},
    {"refresh", {Verb::renew}},
    {"renew", {Verb::renew}},
    {"add", {Verb::add}},
    {"remove", {Verb::remove}},
    {"txn", {Verb::transaction}},
    {"transaction", {Verb::transaction}},
    {"compareandset", {Verb::compare_and_set}},
    {"compareandswap", {Verb::compare_and_set}},
    {"set", {Verb::write}},
    {"r", {Verb::read}},
    {"w", {Verb::write}},
    {"trylock", {Verb::acquire}},
    {"tryacquire", {Verb::acquire}},
    {"acquirelock", {Verb::acquire}},
    {"tryacquirelock", {Verb::acquire}},
    {"releaselock", {Verb::release}},
    {"acquireexclusive", {Verb::acquire}},
    {"releaseexclusive", {Verb::release}},
    {"acquirewrite", {Verb::acquire}},
    {"releasewrite", {Verb::release}},
    {"writelock", {Verb::acquire}},
    {"writeunlock", {Verb::release}},
    {"wlock", {Verb::acquire}},
    {"wunlock", {Verb::release}},
    {"acquireshared", kAcquireShared},
    {"releaseshared", kReleaseShared},
    {"acquireread", kAcquireShared},
    {"releaseread", kReleaseShared},
    {"readlock", kAcquireShared},
    {"readunlock", kReleaseShared},
    {"rlock", kAcquireShared},
    {"runlock", kReleaseShared},
    {"lockshared", kAcquireShared},
    {"unlockshared", kReleaseShared},
    {"trylockshared", kAcquireShared},
    {"tryreadlock", kAcquireShared},
    {"trywritelock", {Verb::acquire}},
    {"keepalive", {Verb::renew}},
    {"extend", {Verb::renew}},
    {"inc", {Verb::add}},
    {"increment", {Verb::add}},
    {"delete", {Verb::remove}},
    {"renewshared", {Verb::renew, Mode::shared}},
}};

std::optional<NamedVerb> find(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &Entry::first);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<NamedVerb> verb_called(std::string_view name) {
  if (const auto found = find(name)) return found;
  std::string plain;
  for (const char c : name) {
    if (c == '-' || c == '_') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return find(plain);
}

std::string name_of(NamedVerb verb) {
  std::string name(to_string(verb.verb));
  if (verb.mode == Mode::shared) name += "-shared";
  return name;
}

std::string unknown_verb(std::string_view name) {
  std::vector<std::string> known;
  for (const Entry& entry : kNames) known.emplace_back(entry.first);
  const std::string hint = did_you_mean(name, known);
  return fmt::format(
      "expected an operation such as acquire, release, read, write or cas, got \"{}\"{}",
      name.substr(0, 40), hint.empty() ? "" : " (" + hint + ")");
}

}  // namespace picklock
