// The field tables of a scenario file: what each section may hold, how it is read, what it means.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/decoder.h"
#include "scenarios/loader.h"
#include "scenarios/scenario.h"

namespace picklock::loading {

// A member that another function reads once the members that it depends on are known.
struct Later {};
Kind<Later> read_later(std::function<Json()> schema);

// Nothing when the vocabulary has no such lock.
const Vocabulary::LockEntry* find_lock(const Vocabulary& vocabulary, const std::string& name);

// The top of the file. Its sections are read later.
Record<Scenario> scenario_record(const Vocabulary& vocabulary);

// What one lock reads; of null, what any lock reads.
Record<LockSpec> lock_record(const Vocabulary& vocabulary, const Vocabulary::LockEntry* lock);
// What one kind of servers has; of an empty kind, what any kind has.
Record<ServersSpec> servers_record(const std::string& kind, const std::vector<std::string>& kinds);
std::vector<std::string> server_kinds(const Vocabulary& vocabulary);

// The section "clients", before it is spread over the clients.
struct ClientsDraft {
  ClientSpec common;
  std::uint32_t count = 1;
  Duration stagger{};
  bool diligent = false;
};
Record<ClientsDraft> clients_record();
Record<ClientSpec> client_record();

Record<ClockSpec> clock_record();
Record<ResourceSpec> resource_record();
Record<NetworkSpec> network_record();
Record<Fix> fix_record(const Vocabulary& vocabulary);

using Expectations = std::map<std::string, Expected>;
Kind<Expectations> expectations(const Vocabulary& vocabulary);

// The JSON Schemas of the sections that one record alone does not describe.
Json lock_schema(const Vocabulary& vocabulary);
Json servers_schema(const Vocabulary& vocabulary);

}  // namespace picklock::loading
