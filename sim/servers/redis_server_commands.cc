// What concerns the server as a whole: INFO, CONFIG, DEBUG, COMMAND, TIME, WAIT, FLUSHALL.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

struct Setting {
  std::string_view name;
  std::string value;
};

std::string_view to_text(AofPolicy policy) {
  switch (policy) {
    case AofPolicy::always:
      return "always";
    case AofPolicy::no:
      return "no";
    case AofPolicy::off:
    case AofPolicy::everysec:
      return "everysec";
  }
  return "everysec";
}

// In the order of their names.
std::array<Setting, 8> settings(const RedisServer& server) {
  return {{{"appendfsync", std::string(to_text(server.append_fsync))},
           {"appendonly", server.append_only ? "yes" : "no"},
           {"databases", std::to_string(RedisStore::kDatabases)},
           {"hz", "10"},
           {"maxmemory", "0"},
           {"maxmemory-policy", "noeviction"},
           {"proto-max-bulk-len", "536870912"},
           {"save", ""}}};
}

std::string failed(std::string_view name, std::string_view why) {
  return "ERR CONFIG SET failed (possibly related to argument '" + std::string(name) + "') - " +
         std::string(why);
}

// Checks one setting, and makes it if `commit`; an error text, or nothing.
std::string set_setting(RedisServer& server, std::string_view name, std::string_view value,
                        bool commit) {
  if (equals_ignoring_case(name, "appendonly")) {
    const bool yes = equals_ignoring_case(value, "yes");
    if (!yes && !equals_ignoring_case(value, "no")) {
      return failed(name, "argument must be 'yes' or 'no'");
    }
    if (commit) server.append_only = yes;
    return {};
  }
  if (equals_ignoring_case(name, "appendfsync")) {
    for (const AofPolicy policy : {AofPolicy::always, AofPolicy::everysec, AofPolicy::no}) {
      if (!equals_ignoring_case(value, to_text(policy))) continue;
      if (commit) server.append_fsync = policy;
      return {};
    }
    return failed(name, "argument(s) must be one of the following: everysec, always, no");
  }
  return "ERR Unknown option or number of arguments for CONFIG SET - '" + std::string(name) + "'";
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (const char c : text) lower.push_back(redis_lower(c));
  return lower;
}

bool flush_option_ok(RedisCall& call) {
  const bool good = call.size() == 1 ||
                    (call.size() == 2 && (call.word_is(1, "sync") || call.word_is(1, "async")));
  if (!good) call.reply.set_error(RedisCall::kSyntax);
  return good;
}

}  // namespace

void redis_config_get(RedisCall& call) {
  call.reply.set_array();
  for (const Setting& setting : settings(call.server)) {
    bool wanted = false;
    for (std::size_t i = 2; i < call.size(); ++i) {
      wanted = wanted || redis_glob_matches(call.word(i), setting.name);
    }
    if (!wanted) continue;
    call.reply.add_element().set_bulk(setting.name);
    call.reply.add_element().set_bulk(setting.value);
  }
}

// All settings or none.
void redis_config_set(RedisCall& call) {
  if (call.size() % 2 != 0) return call.wrong_arity();
  for (const bool commit : {false, true}) {
    for (std::size_t i = 2; i < call.size(); i += 2) {
      const std::string error = set_setting(call.server, call.word(i), call.word(i + 1), commit);
      if (!error.empty()) return call.reply.set_error(error);
    }
  }
  call.ok();
}

void redis_debug(RedisCall& call) {
  if (call.size() == 3 && call.word_is(1, "sleep")) return call.ok();
  if (call.size() == 3 && call.word_is(1, "set-active-expire")) {
    call.server.active_expiry = call.word(2) != "0";
    return call.ok();
  }
  call.reply.set_error("ERR unknown subcommand or wrong number of arguments for '" +
                       std::string(call.word(1)) + "'. Try DEBUG HELP.");
}

void redis_command(RedisCall& call) {
  call.reply.set_array();
}

void redis_command_count_reply(RedisCall& call) {
  call.reply.set_integer(static_cast<std::int64_t>(redis_command_count()));
}

void redis_time(RedisCall& call) {
  std::int64_t seconds = call.now / 1000;
  std::int64_t rest = call.now % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  call.reply.set_array();
  call.reply.add_element().set_bulk(std::to_string(seconds));
  call.reply.add_element().set_bulk(std::to_string(rest * 1000));
}

// Counts the replicas that have what this session wrote. The reply is complete when they are enough; else the model's
// caller keeps it back, but never inside a transaction.
void redis_wait(RedisCall& call) {
  RedisReplication& replication = call.server.replication;
  if (replication.is_replica) {
    return call.reply.set_error(
        "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if "
        "a "
        "replica is configured to be writable (which is not the default) writes to replicas are "
        "just "
        "local and are not propagated.");
  }
  const std::optional<std::int64_t> needed = call.integer(1);
  if (!needed) return;
  const std::optional<std::int64_t> timeout =
      call.integer(2, "ERR timeout is not an integer or out of range");
  if (!timeout) return;
  if (*timeout < 0) return call.reply.set_error("ERR timeout is negative");
  const std::uint32_t have = replication.replicas_with(call.client.written);
  call.reply.set_integer(have);
  if (!replication.enabled || have >= *needed || call.client.in_multi) return;
  const auto most = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
  replication.wait = {.offset = call.client.written,
                      .replicas = static_cast<std::uint32_t>(std::min(*needed, most)),
                      .timeout_ms = *timeout};
}

void redis_info(RedisCall& call) {
  const RedisReplication& replication = call.server.replication;
  const std::array<std::pair<std::string_view, std::string>, 4> sections{
      {{"Server", "redis_version:7.0.15\r\nredis_mode:standalone\r\n"},
       {"Persistence",
        fmt::format("loading:0\r\naof_enabled:{}\r\n", call.server.append_only ? 1 : 0)},
       {"Replication",
        fmt::format("role:{}\r\nconnected_slaves:{}\r\n",
                    replication.is_replica ? "slave" : "master", replication.replicas_with(0))},
       {"Cluster", "cluster_enabled:0\r\n"}}};
  std::string text;
  for (const auto& [name, lines] : sections) {
    bool wanted = call.size() == 1;
    for (std::size_t i = 1; i < call.size(); ++i) {
      for (const std::string_view all : {"all", "default", "everything"}) {
        wanted = wanted || call.word_is(i, all);
      }
      wanted = wanted || call.word_is(i, lower_case(name));
    }
    if (!wanted) continue;
    if (!text.empty()) text += "\r\n";
    text += "# " + std::string(name) + "\r\n" + lines;
  }
  call.reply.set_bulk(text);
}

void redis_flushall(RedisCall& call) {
  if (!flush_option_ok(call)) return;
  for (std::uint32_t i = 0; i < RedisStore::kDatabases; ++i) call.server.store.clear(i);
  call.ok();
}

void redis_flushdb(RedisCall& call) {
  if (!flush_option_ok(call)) return;
  call.server.store.clear(call.client.database);
  call.ok();
}

}  // namespace picklock
