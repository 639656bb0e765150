// What concerns the connection itself: PING, ECHO, SELECT, AUTH, HELLO, QUIT, RESET, CLIENT.
#include <algorithm>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr std::string_view kWrongPassword =
    "WRONGPASS invalid username-password pair or user is disabled.";
constexpr std::string_view kBadName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

bool is_client_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

void reply_hello(RedisCall& call) {
  RedisReply& reply = call.reply;
  call.server.told_session_ids = true;
  reply.set_array();
  const auto text = [&](std::string_view name, std::string_view value) {
    reply.add_element().set_bulk(name);
    reply.add_element().set_bulk(value);
  };
  text("server", "redis");
  text("version", "7.0.15");
  reply.add_element().set_bulk("proto");
  reply.add_element().set_integer(2);
  reply.add_element().set_bulk("id");
  reply.add_element().set_integer(static_cast<std::int64_t>(call.client.id));
  text("mode", "standalone");
  text("role", "master");
  reply.add_element().set_bulk("modules");
  reply.add_element().set_array();
}

}  // namespace

void redis_ping(RedisCall& call) {
  if (call.size() > 2) return call.wrong_arity();
  const std::string_view text = call.size() == 2 ? call.word(1) : std::string_view();
  if (call.client.subscriptions() > 0) {
    call.reply.set_array();
    call.reply.add_element().set_bulk("pong");
    call.reply.add_element().set_bulk(text);
  } else if (call.size() == 2) {
    call.reply.set_bulk(text);
  } else {
    call.reply.set_status("PONG");
  }
}

void redis_echo(RedisCall& call) {
  call.reply.set_bulk(call.word(1));
}

void redis_select(RedisCall& call) {
  const std::optional<std::int64_t> number = call.integer(1);
  if (!number) return;
  if (*number != static_cast<std::int32_t>(*number)) {
    return call.reply.set_error(
        "ERR value is out of range, value must between -2147483648 and 2147483647");
  }
  if (*number < 0 || *number >= RedisStore::kDatabases) {
    return call.reply.set_error("ERR DB index is out of range");
  }
  call.client.database = static_cast<std::uint32_t>(*number);
  call.ok();
}

// The server has no password: the user "default" gets in with any.
void redis_auth(RedisCall& call) {
  if (call.size() > 3) return call.reply.set_error(RedisCall::kSyntax);
  if (call.size() == 2) {
    return call.reply.set_error(
        "ERR AUTH <password> called without any password configured for the default user. Are you "
        "sure your configuration is correct?");
  }
  if (call.word(1) != "default") return call.reply.set_error(kWrongPassword);
  call.ok();
}

// RESP2 only: asked for RESP3, the model answers as a server does that cannot speak it.
void redis_hello(RedisCall& call) {
  if (call.size() > 1) {
    const std::optional<std::int64_t> version =
        call.integer(1, "ERR Protocol version is not an integer or out of range");
    if (!version) return;
    if (*version != 2) return call.reply.set_error("NOPROTO unsupported protocol version");
  }
  std::optional<std::string_view> name;
  for (std::size_t i = 2; i < call.size(); ++i) {
    const std::size_t more = call.size() - 1 - i;
    if (call.word_is(i, "auth") && more >= 2) {
      if (call.word(i + 1) != "default") return call.reply.set_error(kWrongPassword);
      i += 2;
    } else if (call.word_is(i, "setname") && more >= 1) {
      name = call.word(++i);
      if (!is_client_name(*name)) return call.reply.set_error(kBadName);
    } else {
      return call.reply.set_error("ERR Syntax error in HELLO option '" + std::string(call.word(i)) +
                                  "'");
    }
  }
  if (name) call.client.name = *name;
  reply_hello(call);
}

void redis_quit(RedisCall& call) {
  call.ok();
}

void redis_reset(RedisCall& call) {
  RedisClientState& client = call.client;
  call.server.discard_transaction(client);
  client.channels.clear();
  client.patterns.clear();
  client.database = 0;
  client.name.clear();
  call.reply.set_status("RESET");
}

void redis_client_id(RedisCall& call) {
  call.server.told_session_ids = true;
  call.reply.set_integer(static_cast<std::int64_t>(call.client.id));
}

void redis_client_getname(RedisCall& call) {
  if (call.client.name.empty()) return call.reply.set_nil();
  call.reply.set_bulk(call.client.name);
}

void redis_client_setname(RedisCall& call) {
  if (!is_client_name(call.word(2))) return call.reply.set_error(kBadName);
  call.client.name = call.word(2);
  call.ok();
}

}  // namespace picklock
