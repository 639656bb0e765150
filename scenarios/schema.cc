// The JSON Schema of scenario files, made from the tables that the decoder reads with.
#include "scenarios/loader.h"

#include "scenarios/fault_table.h"
#include "scenarios/sections.h"

namespace picklock {
namespace loading {
namespace {

// The properties of all variants, for completion, and for each variant the keys that it allows.
template <class Make>
Json variants_schema(Json schema, const std::string& key, const std::vector<std::string>& variants,
                     Make keys_of) {
  Json rules = Json::array();
  for (const std::string& variant : variants) {
    rules.push_back({{"if", {{"properties", {{key, {{"const", variant}}}}}, {"required", {key}}}},
                     {"then", {{"propertyNames", {{"enum", keys_of(variant)}}}}}});
  }
  schema["allOf"] = std::move(rules);
  return schema;
}

}  // namespace

Json lock_schema(const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  for (const auto& lock : vocabulary.locks) names.push_back(lock.name);
  return variants_schema(lock_record(vocabulary, nullptr).schema(), "algorithm", names,
                         [&](const std::string& name) {
                           return lock_record(vocabulary, find_lock(vocabulary, name)).keys();
                         });
}

Json servers_schema(const Vocabulary& vocabulary) {
  const std::vector<std::string> kinds = server_kinds(vocabulary);
  return variants_schema(
      servers_record("", kinds).schema(), "kind", kinds,
      [&](const std::string& kind) { return servers_record(kind, kinds).keys(); });
}

}  // namespace loading

std::string scenario_schema(const Vocabulary& vocabulary) {
  loading::Json schema = loading::scenario_record(vocabulary).schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "picklock scenario";
  return schema.dump(2) + "\n";
}

std::vector<std::pair<std::string, std::string>> fault_kinds() {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const loading::FaultWord& word : loading::fault_words()) {
    kinds.emplace_back(word.name, word.about);
  }
  return kinds;
}

}  // namespace picklock
