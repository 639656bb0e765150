// The JSON Schema describes exactly the files that the loader reads.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/fault_table.h"
#include "scenarios/loader_fixture.h"
#include "scenarios/sections.h"

#if __has_include(<valijson/validator.hpp>)
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#define PICKLOCK_HAS_VALIJSON 1
#endif

namespace picklock {
namespace {

using Json = nlohmann::json;

Json schema() {
  return Json::parse(scenario_schema(sample_vocabulary()));
}

std::set<std::string> keys_of(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

// Each key of each object schema is tried in the loader, which must know it.
TEST(Schema, EveryKeyIsKnownToTheLoader) {
  const Json properties = schema()["properties"];
  for (const auto& [section, description] : properties.items()) {
    if (!description.contains("properties")) continue;
    for (const auto& [key, value] : description["properties"].items()) {
      const std::string pointer = "/" + section + "/" + key;
      const std::vector<Override> overrides{{pointer, "{\"surely\": \"wrong\"}"}};
      const auto loaded = parse_scenario(sample_text(), "x", sample_vocabulary(), overrides);
      ASSERT_FALSE(loaded.has_value()) << pointer;
      const std::string expected = loaded.error().front().expected;
      const bool unknown =
          expected.find("expected a key") == 0 && expected.find("surely") == std::string::npos;
      EXPECT_FALSE(unknown) << pointer << ": " << expected;
    }
  }
}

TEST(Schema, EveryKeyOfTheLoaderIsInIt) {
  const auto names = [](const std::vector<std::string>& keys) {
    return std::set<std::string>(keys.begin(), keys.end());
  };
  const Vocabulary vocabulary = sample_vocabulary();
  const Json properties = schema()["properties"];
  EXPECT_EQ(keys_of(properties), names(loading::scenario_record(vocabulary).keys()));
  EXPECT_EQ(keys_of(properties["lock"]["properties"]),
            names(loading::lock_record(vocabulary, nullptr).keys()));
  EXPECT_EQ(keys_of(properties["clients"]["properties"]), names(loading::clients_record().keys()));
  EXPECT_EQ(keys_of(properties["resource"]["properties"]),
            names(loading::resource_record().keys()));
  EXPECT_EQ(keys_of(properties["network"]["properties"]), names(loading::network_record().keys()));
  const Json swarm = properties["faults"]["anyOf"][1]["properties"]["swarm"];
  EXPECT_EQ(keys_of(swarm["properties"]), names(loading::swarm_record().keys()));
  const Json kinds = properties["faults"]["anyOf"][0]["items"]["anyOf"];
  ASSERT_EQ(kinds.size(), fault_kinds().size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto record = loading::fault_record(loading::fault_words()[i], loading::FaultSetting{});
    EXPECT_EQ(keys_of(kinds[i]["properties"]), names(record.keys()));
  }
}

TEST(Schema, EveryPropertyIsDescribed) {
  const Json properties = schema()["properties"];
  for (const auto& [key, value] : properties.items()) {
    EXPECT_FALSE(value.value("description", "").empty()) << key;
    if (!value.contains("properties") || key == "expect") continue;
    for (const auto& [inner, description] : value["properties"].items()) {
      EXPECT_FALSE(description.value("description", "").empty()) << key << "/" << inner;
    }
  }
}

#ifdef PICKLOCK_HAS_VALIJSON

bool conforms(const Json& scenario) {
  valijson::Schema compiled;
  valijson::SchemaParser parser;
  const Json text = schema();
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), compiled);
  valijson::Validator validator;
  return validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(scenario), nullptr);
}

TEST(Schema, AcceptsTheSampleAndRefusesItsMistakes) {
  const Json sample = Json::parse(sample_text(), nullptr, true, true);
  EXPECT_TRUE(conforms(sample));
  Json swarming = sample;
  swarming.erase("fixes");  // they change single faults
  swarming["faults"] = {{"swarm", {{"most", 3}, {"kinds", {"pause", "lose"}}}}};
  EXPECT_TRUE(conforms(swarming));
  EXPECT_TRUE(parse_scenario(swarming.dump(), "x", sample_vocabulary()).has_value());
  for (const auto& [pointer, value] :
       std::vector<std::pair<const char*, Json>>{{"/lock/tll", "1s"},
                                                 {"/lock/ttl", 5},
                                                 {"/lock/renew", "3s"},
                                                 {"/lock/algorithm", "redis_tokn"},
                                                 {"/servers/session_timeout", "10s"},
                                                 {"/clients/count", 0},
                                                 {"/clients/hold", {{"uniform", {"1s"}}}},
                                                 {"/faults/0/fro", "1s"},
                                                 {"/faults/0/crash", "client-1"},
                                                 {"/faults/3/memory", "forgotten"},
                                                 {"/resource/fencing", "on_read"},
                                                 {"/network/transport", "tcp"},
                                                 {"/faults", Json::object()},
                                                 {"/faults", {{"swarm", {{"most", 0}}}}},
                                                 {"/expect/no-lost-update", "hold"},
                                                 {"/seeds", {1, 2, 3}}}) {
    Json wrong = sample;
    wrong[Json::json_pointer(pointer)] = value;
    EXPECT_FALSE(conforms(wrong)) << pointer;
    EXPECT_FALSE(parse_scenario(wrong.dump(), "x", sample_vocabulary()).has_value()) << pointer;
  }
}

#endif

}  // namespace
}  // namespace picklock
