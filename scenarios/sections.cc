#include "scenarios/sections.h"

#include <algorithm>
#include <set>

#include "scenarios/faults.h"

namespace picklock::loading {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMostRounds = 1'000'000;
constexpr std::int64_t kMostClients = 1'000;
constexpr std::int64_t kMostServers = 100;
constexpr std::int64_t kMostEvents = 1'000'000'000'000;

Json object_of(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json array_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

// `common` finds the client within what the record reads.
template <class T, class Common>
void add_client_fields(Record<T>& record, Common common) {
  record
      .add("start", "when it begins, in true time", a_duration(Duration{}),
           [common](T& t, Duration v) { common(t).start = v; })
      .add("rounds", "how often it thinks, acquires, works and releases", a_count(1, kMostRounds),
           [common](T& t, std::uint32_t v) { common(t).rounds = v; })
      .add("think", "pause before each acquire", a_spread(),
           [common](T& t, DurationSpec v) { common(t).think = std::move(v); })
      .add("hold", "how long it works between acquire and release", a_spread(),
           [common](T& t, DurationSpec v) { common(t).hold = std::move(v); });
}

struct LockOption {
  const char* key;
  const char* about;
  Duration least;
  Duration LockSpec::*member;
};

const std::vector<LockOption>& lock_options() {
  static const std::vector<LockOption> kOptions{
      {"ttl", "length of the lease", kShortestDuration, &LockSpec::ttl},
      {"margin", "taken off the lease for clock drift", Duration{}, &LockSpec::margin},
      {"wait", "an acquire gives up after this", Duration{}, &LockSpec::wait},
      {"retry", "pause between two tries", kShortestDuration, &LockSpec::retry},
      {"retry_jitter", "up to this is added to each pause, at random", Duration{},
       &LockSpec::retry_jitter},
      {"renew", "a watchdog renews the lease this often", kShortestDuration, &LockSpec::renew},
      {"sync", "how long replicas may take to acknowledge a grant", kShortestDuration,
       &LockSpec::sync}};
  return kOptions;
}

}  // namespace

Kind<Later> read_later(std::function<Json()> schema) {
  return {std::move(schema), [](const Cursor&) { return std::optional(Later{}); }};
}

const Vocabulary::LockEntry* find_lock(const Vocabulary& vocabulary, const std::string& name) {
  const auto found = std::ranges::find(vocabulary.locks, name, &Vocabulary::LockEntry::name);
  return found == vocabulary.locks.end() ? nullptr : &*found;
}

Record<LockSpec> lock_record(const Vocabulary& vocabulary, const Vocabulary::LockEntry* lock) {
  std::vector<std::string> names;
  for (const auto& entry : vocabulary.locks) names.push_back(entry.name);
  Record<LockSpec> record(lock == nullptr ? "a lock" : "lock \"" + lock->name + "\"");
  record
      .add("algorithm", "which lock (`picklock list locks`)", one_of(std::move(names)),
           &LockSpec::algorithm)
      .required()
      .add("call_timeout", "a call to a server is given up after this, its outcome unknown",
           a_duration(kShortestDuration), &LockSpec::call_timeout);
  for (const LockOption& option : lock_options()) {
    const bool reads =
        lock == nullptr || std::ranges::find(lock->options, option.key) != lock->options.end();
    if (reads) record.add(option.key, option.about, a_duration(option.least), option.member);
  }
  if (lock == nullptr || std::ranges::find(lock->options, "acks") != lock->options.end()) {
    record.add("acks", "how many replicas must have a grant", a_count(1, kMostServers),
               &LockSpec::acks);
    if (lock != nullptr) record.required();
  }
  return record;
}

std::vector<std::string> server_kinds(const Vocabulary& vocabulary) {
  std::set<std::string> kinds;
  for (const auto& lock : vocabulary.locks) kinds.insert(lock.protocol);
  return {kinds.begin(), kinds.end()};
}

Record<ServersSpec> servers_record(const std::string& kind, const std::vector<std::string>& kinds) {
  Record<ServersSpec> record(kind.empty() ? "servers" : kind + " servers");
  record.add("kind", "the protocol of the lock", one_of(kinds), &ServersSpec::kind);
  record.add("count",
             kind == "zookeeper" ? "how many servers; several are one ensemble"
                                 : "how many independent servers",
             a_count(1, kMostServers), &ServersSpec::count);
  if (kind == "redis" || kind.empty()) {
    record
        .add("aof", "when the append-only file reaches the disk; off: nothing survives a crash",
             an_enum<AofPolicy>({"off", "always", "everysec", "no"}), &ServersSpec::aof)
        .add("active_expiry", "keys are also expired while nobody looks at them", a_flag(),
             &ServersSpec::active_expiry)
        .add("replicas", "asynchronous replicas of the one server: redis-2 and on",
             as<std::uint32_t>(an_integer(0, kMostServers - 1)), &ServersSpec::replicas)
        .add("min_replicas", "the primary refuses writes while fewer replicas are in touch",
             as<std::uint32_t>(an_integer(0, kMostServers - 1)), &ServersSpec::min_replicas)
        .add("max_lag", "a replica is in touch while its last acknowledgement is no older",
             a_duration(kShortestDuration), &ServersSpec::max_lag)
        .add("reads", "where clients send commands that only read",
             an_enum<ReadsFrom>({"primary", "replica"}), &ServersSpec::reads)
        .add("sentinels", "they watch the primary, and promote a replica when it is down",
             as<std::uint32_t>(an_integer(0, kMostServers)), &ServersSpec::sentinels)
        .add("quorum", "so many sentinels must find the primary down", a_count(1, kMostServers),
             &ServersSpec::quorum)
        .add("down_after", "a sentinel finds a server down after this without an answer",
             a_duration(std::chrono::milliseconds(1)), &ServersSpec::down_after)
        .add("failover_timeout", "a sentinel gives a failover up, and waits twice as long",
             a_duration(std::chrono::milliseconds(1)), &ServersSpec::failover_timeout);
  }
  if (kind == "zookeeper" || kind.empty()) {
    record
        .add("session_timeout", "a session ends after this without a sign of life; 2 to 20 ticks",
             a_duration(kShortestDuration), &ServersSpec::session_timeout)
        .add("tick", "sessions end on a tick", a_duration(kShortestDuration), &ServersSpec::tick)
        .add("election", "an ensemble that has lost its leader serves nobody for so long",
             a_duration(kShortestDuration), &ServersSpec::election);
  }
  return record;
}

Record<ClientsDraft> clients_record() {
  Record<ClientsDraft> record("clients");
  record.add("count", "how many", a_count(1, kMostClients), &ClientsDraft::count).required();
  add_client_fields(record, [](ClientsDraft& draft) -> ClientSpec& { return draft.common; });
  record
      .add("stagger", "each client begins this much after the one before it",
           a_duration(Duration{}), &ClientsDraft::stagger)
      .add("diligent", "clients consult the lock's deadline before every operation on the resource",
           a_flag(), &ClientsDraft::diligent)
      .add("each", "exceptions, by name: \"client-2\"",
           read_later([] { return object_of(client_record().schema()); }),
           [](ClientsDraft&, Later) {});
  return record;
}

Record<ClientSpec> client_record() {
  Record<ClientSpec> record("a client");
  add_client_fields(record, [](ClientSpec& client) -> ClientSpec& { return client; });
  return record;
}

Record<ClockSpec> clock_record() {
  Record<ClockSpec> record("a clock");
  record
      .add("offset", "of the wall clock at the start", a_duration(-kLongestDuration),
           &ClockSpec::offset)
      .add("ppm", "all clocks of the node gain this many millionths",
           as<std::int32_t>(an_integer(-kMostPpm, kMostPpm)), &ClockSpec::ppm);
  return record;
}

Record<ResourceSpec> resource_record() {
  Record<ResourceSpec> record("a resource");
  record
      .add("workload", "what the clients do while they hold the lock",
           an_enum<Workload>({"counter", "flash_sale", "scheduled_job", "none"}),
           &ResourceSpec::workload)
      .add("fencing", "how the resource checks fencing tokens",
           an_enum<Fencing>({"none", "on_write", "first_operation", "equality"}),
           &ResourceSpec::fencing)
      .add("initial", "the counter, or the stock, at the start", an_integer(0, 1'000'000'000'000),
           &ResourceSpec::initial)
      .add("slot", "scheduled_job: length of a time slot", a_duration(kShortestDuration),
           &ResourceSpec::slot)
      .add("call_timeout", "an operation is given up after this, its outcome unknown",
           a_duration(kShortestDuration), &ResourceSpec::call_timeout);
  return record;
}

Record<NetworkSpec> network_record() {
  Record<NetworkSpec> record("a network");
  record.add("delay", "of a message, one way", a_spread(), &NetworkSpec::delay)
      .add("loss", "share of messages that vanish; needs datagrams", a_ratio(), &NetworkSpec::loss)
      .add("duplication", "share of messages that arrive twice; needs datagrams", a_ratio(),
           &NetworkSpec::duplication)
      .add("transport", "stream: ordered and reliable, as TCP; datagrams: neither",
           one_of({"stream", "datagrams"}),
           [](NetworkSpec& network, const std::string& name) {
             network.datagrams = name == "datagrams";
           })
      .add("order", "of what is due at one instant; inserted: as it was caused; any: drawn",
           one_of({"inserted", "any"}), [](NetworkSpec& network, const std::string& name) {
             network.any_order = name == "any";
           });
  return record;
}

Kind<Expectations> expectations(const Vocabulary& vocabulary) {
  const auto expected = an_enum<Expected>({"holds", "violated", "any"});
  return {
      [expected, known = vocabulary.properties] {
        Json properties = Json::object();
        for (const std::string& property : known) properties[property] = expected.schema();
        return Json({{"type", "object"},
                     {"properties", std::move(properties)},
                     {"additionalProperties", false}});
      },
      [expected, known = vocabulary.properties](const Cursor& at) -> std::optional<Expectations> {
        if (!at.is_object()) return std::nullopt;
        reject_unknown_keys(at, known, "a property");
        Expectations all;
        for (const std::string& property : known) {
          if (!at.has(property)) continue;
          if (const auto value = expected.read(at[property])) all.emplace(property, *value);
        }
        return all;
      }};
}

Record<Fix> fix_record(const Vocabulary& vocabulary) {
  Record<Fix> record("a fix");
  record.add("name", "unique among the fixes", a_name(), &Fix::name)
      .required()
      .add("about", "why it helps, or does not", a_text(), &Fix::about)
      .add("set", "JSON pointer -> new value; null takes a member away", read_later([] {
             return Json({{"type", "object"}, {"minProperties", 1}});
           }),
           [](Fix&, Later) {})
      .required()
      .add("expect", "what then holds; it wins over the scenario's own", expectations(vocabulary),
           &Fix::expect);
  return record;
}

Record<Scenario> scenario_record(const Vocabulary& vocabulary) {
  const auto later = [](Scenario&, Later) {};
  Record<Scenario> record("a scenario");
  record.add("$schema", "for editors", a_text(), [](Scenario&, const std::string&) {})
      .add("name", "of the scenario: that of the file", a_name(), &Scenario::name)
      .required()
      .add("about", "what happens and what it teaches", a_text(), &Scenario::about)
      .add("pitfall", "its number in the catalogue of pitfalls: \"P14\"", a_name(),
           &Scenario::pitfall)
      .add("lock", "the lock under test",
           read_later([&vocabulary] { return lock_schema(vocabulary); }), later)
      .required()
      .add("servers", "what the lock runs on",
           read_later([&vocabulary] { return servers_schema(vocabulary); }), later)
      .add("clients", "who takes the lock", read_later([] { return clients_record().schema(); }),
           later)
      .required()
      .add("clocks", "clocks that are wrong from the start, by node",
           read_later([] { return object_of(clock_record().schema()); }), later)
      .add("resource", "what the lock protects",
           read_later([] { return resource_record().schema(); }), later)
      .add("network", "between all nodes", read_later([] { return network_record().schema(); }),
           later)
      .add("faults", "what goes wrong, and when", read_later(faults_schema), later)
      .add("duration", "of the run, in true time", a_duration(kShortestDuration),
           &Scenario::duration)
      .add("max_events", "the run stops after this many events",
           as<std::uint64_t>(an_integer(1, kMostEvents)), &Scenario::max_events)
      .add("progress", "after the faults, a free lock must be granted within this",
           a_duration(kShortestDuration), &Scenario::progress_bound)
      .add("recovery", "after its holder's crash, a waiter must get the lock within this",
           a_duration(kShortestDuration), &Scenario::recovery_bound)
      .add("seeds", "[first, last]", read_later([] {
             return Json({{"type", "array"},
                          {"items", a_seed().schema()},
                          {"minItems", 2},
                          {"maxItems", 2}});
           }),
           later)
      .add("expect", "what holds, by property (`picklock list properties`)",
           expectations(vocabulary), &Scenario::expect)
      .add("fixes", "variants that should, or should not, make it safe",
           read_later([&vocabulary] { return array_of(fix_record(vocabulary).schema()); }), later);
  return record;
}

}  // namespace picklock::loading
