#include "search/vocabulary.h"

#include "checker/properties.h"
#include "sim/server_group.h"

namespace picklock {

Vocabulary vocabulary_of(const LockRegistry& locks) {
  Vocabulary vocabulary;
  for (const LockInfo& lock : locks.all()) {
    vocabulary.locks.push_back({lock.name, lock.protocol, lock.options, lock.fenced, lock.steps});
  }
  for (const Property& property : properties()) {
    vocabulary.properties.emplace_back(property.name);
  }
  for (const ServerKind& kind : server_kinds()) {
    vocabulary.commands[std::string(kind.name)] = kind.commands();
  }
  return vocabulary;
}

}  // namespace picklock
