#include "sim/servers/redis_server.h"

#include <algorithm>

#include "base/require.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

// What Redis says about a command that it does not know: at most 128 characters of name and arguments.
std::string unknown_command(const RedisCommand& command) {
  std::string arguments;
  for (std::size_t i = 1; i < command.size() && arguments.size() < 128; ++i) {
    arguments += "'";
    arguments +=
        command[i].substr(0, 128 - (arguments.size() - 1)).substr(0, command[i].find('\0'));
    arguments += "' ";
  }
  const std::string_view name = command[0].substr(0, std::min<std::size_t>(128, command[0].size()));
  std::string text = "ERR unknown command '";
  text += name.substr(0, name.find('\0'));
  text += "', with args beginning with: " + arguments;
  return redis_error_line(text);
}

std::string unknown_subcommand(const RedisCommand& command) {
  std::string text = "ERR unknown subcommand '";
  text += command[1].substr(0, 128);
  text += "'. Try ";
  for (const char c : command[0]) {
    text.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  text += " HELP.";
  return redis_error_line(text);
}

void set_wrong_arity(const RedisCommandSpec& spec, RedisReply& reply) {
  reply.set_error("ERR wrong number of arguments for '" + std::string(spec.name) + "' command");
}

// Some errors quote the client's words, and a reply's line must end where it ends.
[[gnu::noinline]] void keep_to_one_line(RedisReply& error) {
  if (error.text().find_first_of("\r\n") == std::string::npos) return;
  error.set_error(redis_error_line(error.text()));
}

}  // namespace

void RedisCall::wrong_arity() {
  set_wrong_arity(spec, reply);
}

RedisServer::RedisServer(RedisConfig start, RedisScripts& shared)
    : start_config(start), scripts(&shared) {
  clients.reserve(8);
  replication.enabled = start.replicated;
  listen_if_needed();
  forget_sessions_and_settings();
}

void RedisServer::forget_sessions_and_settings() {
  for (RedisClientState& client : clients) {
    if (client.connected) disconnect(static_cast<Session>(&client - clients.data()));
  }
  append_only = start_config.aof != AofPolicy::off;
  append_fsync = append_only ? start_config.aof : AofPolicy::everysec;
  active_expiry = true;
  loaded_scripts.assign(loaded_scripts.size(), false);
  next_client_id = 1;
  told_session_ids = false;
}

void RedisServer::reset() {
  store.reset();
  if (synced_changes_ != 0) disk_.reset();
  synced_changes_ = begun_with_ = 0;
  survival_ = Survival::written;
  replication.reset(false);
  store.keep_dead(false);
  forget_sessions_and_settings();
}

RedisServer::Session RedisServer::connect() {
  auto free = std::find_if(clients.begin(), clients.end(),
                           [](const RedisClientState& client) { return !client.connected; });
  if (free == clients.end()) free = clients.emplace(clients.end());
  free->connected = true;
  free->id = next_client_id++;
  return static_cast<Session>(free - clients.begin());
}

void RedisServer::disconnect(Session session) {
  RedisClientState& client = clients.at(session);
  require(client.connected, "a session ends once");
  discard_transaction(client);
  client.connected = false;
  client.database = 0;
  client.name.clear();
  client.channels.clear();
  client.patterns.clear();
  client.pushes.clear();
  client.written = 0;
}

void RedisServer::execute(Session session, const RedisCommand& command, std::int64_t now,
                          RedisReply& reply) {
  RedisClientState& client = clients.at(session);
  require(client.connected, "a command comes over a session that is connected");
  require(command.size() > 0, "a command has a name");
  const RedisLookup found = find_redis_command(command);
  if (found.spec == nullptr || !found.spec->accepts(command.size())) [[unlikely]]
    return reject(found, client, command, reply);
  const RedisCommandSpec& spec = *found.spec;
  if ((replication.enabled || client.subscriptions() != 0) && refuse(client, spec, reply)) return;
  if (client.in_multi && !spec.has(RedisCommandSpec::kNotQueued)) {
    return enqueue(client, command, reply);
  }
  run(spec, client, command, now, reply);
  if (replication.has_changes()) client.written = replication.write_offset();
}

void RedisServer::reject(const RedisLookup& found, RedisClientState& client,
                         const RedisCommand& command, RedisReply& reply) {
  client.bad_queue = client.in_multi;
  if (found.spec == nullptr) {
    return reply.set_error(found.container_known ? unknown_subcommand(command)
                                                 : unknown_command(command));
  }
  if (found.spec->name != "exec") return set_wrong_arity(*found.spec, reply);
  discard_transaction(client);
  reply.set_error(
      "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command");
}

void RedisServer::run(const RedisCommandSpec& spec, RedisClientState& client,
                      const RedisCommand& command, std::int64_t now, RedisReply& reply) {
  RedisCall call{.server = *this,
                 .client = client,
                 .spec = spec,
                 .words = command,
                 .reply = reply,
                 .now = now};
  spec.run(call);
  if (reply.is_error()) [[unlikely]]
    keep_to_one_line(reply);
}

std::string_view RedisServer::write_refusal(const RedisCommandSpec& spec) const {
  if (!replication.enabled || !spec.has(RedisCommandSpec::kWrite)) return {};
  if (replication.is_replica) return "READONLY You can't write against a read only replica.";
  if (replication.lacks_replicas) return "NOREPLICAS Not enough good replicas to write.";
  return {};
}

bool RedisServer::refuse(RedisClientState& client, const RedisCommandSpec& spec,
                         RedisReply& reply) const {
  if (const std::string_view refusal = write_refusal(spec); !refusal.empty()) {
    reply.set_error(refusal);
    client.bad_queue = client.in_multi;
    return true;
  }
  if (client.subscriptions() == 0 || spec.has(RedisCommandSpec::kWhileSubscribed)) return false;
  reply.set_error("ERR Can't execute '" + std::string(spec.name) +
                  "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
                  "this context");
  client.bad_queue = client.in_multi;
  return true;
}

void RedisServer::enqueue(RedisClientState& client, const RedisCommand& command,
                          RedisReply& reply) {
  if (client.queued == client.queue.size()) client.queue.emplace_back();
  client.queue[client.queued++] = command;
  reply.set_status("QUEUED");
}

void RedisServer::begin_script(RedisClientState& caller, std::int64_t now) {
  script_client_ = &caller;
  script_database_ = caller.database;
  script_now_ = now;
}

void RedisServer::end_script() {
  script_client_->database = script_database_;
  script_client_ = nullptr;
}

std::string_view RedisServer::script_refusal(const RedisCommandSpec* spec, std::size_t words,
                                             bool read_only) const {
  if (spec == nullptr) return "ERR Unknown Redis command called from script";
  if (!spec->accepts(words)) return "ERR Wrong number of args calling Redis command from script";
  if (spec->has(RedisCommandSpec::kNoScript)) {
    return "ERR This Redis command is not allowed from script";
  }
  if (read_only && spec->has(RedisCommandSpec::kWrite)) {
    return "ERR Write commands are not allowed from read-only scripts.";
  }
  return write_refusal(*spec);
}

void RedisServer::call_from_script(const RedisCommand& command, bool read_only, RedisReply& reply) {
  const RedisCommandSpec* const spec = find_redis_command(command).spec;
  const std::string_view refusal = script_refusal(spec, command.size(), read_only);
  if (!refusal.empty()) [[unlikely]]
    return reply.set_error(refusal);
  run(*spec, *script_client_, command, script_now_, reply);
}

void RedisServer::fsync() {
  // `always` needs no copy: there, whatever was written is on disk.
  const bool copies = append_only && append_fsync != AofPolicy::always;
  if (!copies || synced_changes_ == store.changes()) return;
  disk_.copy_from(store);
  synced_changes_ = store.changes();
}

void RedisServer::restart(std::int64_t now) {
  Survival survival = append_only ? survival_ : Survival::nothing;
  if (survival == Survival::on_disk && append_fsync == AofPolicy::always) {
    survival = Survival::written;
  }
  if (survival == Survival::nothing) {
    disk_.reset();
    synced_changes_ = 0;
  }
  // That dead keys are dropped is written to the file again.
  begun_with_ = survival == Survival::written ? store.changes() : disk_.changes();
  if (survival == Survival::written) {
    store.expire_due(now);
  } else {
    store.load(disk_, now);
  }
  survival_ = Survival::written;
  forget_sessions_and_settings();
}

}  // namespace picklock
