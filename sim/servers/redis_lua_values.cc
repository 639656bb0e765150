// Conversions between replies and Lua values, as in redis-server 7.0 with RESP2.
#include <cmath>
#include <limits>
#include <lua.hpp>

#include "sim/servers/redis_lua.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

std::string_view text_at(lua_State* lua, int index) {
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, index, &length);
  return {text, length};
}

void set_field(lua_State* lua, const char* name, std::string_view text) {
  lua_createtable(lua, 0, 1);
  lua_pushlstring(lua, text.data(), text.size());
  lua_setfield(lua, -2, name);
}

// A C cast of a double to an integer, with the result that x86-64 gives where C defines none.
std::int64_t truncated(double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(value > -kLimit && value < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

// Pushes table[name] without metamethods.
void raw_field(lua_State* lua, const char* name) {
  lua_pushstring(lua, name);
  lua_rawget(lua, -2);
}

// A status is one line, and ends where a C string would.
std::string status_line(std::string_view text) {
  std::string line(text.substr(0, text.find('\0')));
  for (char& c : line) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  return line;
}

bool reply_with_field(lua_State* lua, RedisReply& reply) {
  raw_field(lua, "err");
  if (lua_type(lua, -1) == LUA_TSTRING) {
    const std::string_view text = text_at(lua, -1);
    reply.set_error(redis_error_line(text.substr(0, text.find('\0'))));
    return true;
  }
  lua_pop(lua, 1);
  raw_field(lua, "ok");
  if (lua_type(lua, -1) == LUA_TSTRING) {
    reply.set_status(status_line(text_at(lua, -1)));
    return true;
  }
  lua_pop(lua, 1);
  raw_field(lua, "double");
  if (lua_type(lua, -1) == LUA_TNUMBER) {
    std::string storage;
    reply.set_bulk(format_redis_double(lua_tonumber(lua, -1), storage));
    return true;
  }
  lua_pop(lua, 1);
  return false;
}

// Replaces the table on top of the stack by nothing, its elements up to the first nil being the reply.
void pop_array(lua_State* lua, RedisReply& reply) {
  reply.set_array();
  for (int i = 1;; ++i) {
    lua_rawgeti(lua, -1, i);
    if (lua_isnil(lua, -1)) break;
    pop_redis_reply(lua, reply.add_element());
  }
  lua_pop(lua, 2);
}

}  // namespace

void push_redis_error(lua_State* lua, std::string_view text) {
  lua_createtable(lua, 0, 2);
  std::string_view code = "ERR";
  std::string_view message = text;
  if (!text.empty() && text[0] == '-') {
    const std::size_t space = text.find(' ');
    message = text.substr(1);
    if (space != std::string_view::npos) {
      code = text.substr(1, space - 1);
      message = text.substr(space + 1);
    }
  }
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) {
    message.remove_suffix(1);
  }
  while (!message.empty() && (message.front() == '\n' || message.front() == '\r')) {
    message.remove_prefix(1);
  }
  lua_pushlstring(lua, code.data(), code.size());
  lua_pushlstring(lua, " ", 1);
  lua_pushlstring(lua, message.data(), message.size());
  lua_concat(lua, 3);
  lua_setfield(lua, -2, "err");
}

void push_redis_reply(lua_State* lua, const RedisReply& reply) {
  switch (reply.kind()) {
    case RedisReply::Kind::integer:
      return lua_pushnumber(lua, static_cast<double>(reply.integer()));
    case RedisReply::Kind::bulk:
      return lua_pushlstring(lua, reply.text().data(), reply.text().size());
    case RedisReply::Kind::status:
      return set_field(lua, "ok", reply.text());
    case RedisReply::Kind::error:
      set_field(lua, "err", reply.text());
      lua_pushboolean(lua, 1);
      return lua_setfield(lua, -2, "ignore_error_stats_update");
    case RedisReply::Kind::array: {
      const auto size = static_cast<int>(reply.elements().size());
      luaL_checkstack(lua, 4, "reached lua stack limit");
      lua_createtable(lua, size, 0);
      for (int i = 0; i < size; ++i) {
        push_redis_reply(lua, reply.elements()[static_cast<std::size_t>(i)]);
        lua_rawseti(lua, -2, i + 1);
      }
      return;
    }
    case RedisReply::Kind::nil:
    case RedisReply::Kind::unknown:
      return lua_pushboolean(lua, 0);
  }
}

void pop_redis_reply(lua_State* lua, RedisReply& reply) {
  if (lua_checkstack(lua, 4) == 0) {
    reply.set_error("ERR reached lua stack limit");
    return lua_pop(lua, 1);
  }
  switch (lua_type(lua, -1)) {
    case LUA_TSTRING:
      reply.set_bulk(text_at(lua, -1));
      break;
    case LUA_TBOOLEAN:
      if (lua_toboolean(lua, -1) != 0) {
        reply.set_integer(1);
      } else {
        reply.set_nil();
      }
      break;
    case LUA_TNUMBER:
      reply.set_integer(truncated(lua_tonumber(lua, -1)));
      break;
    case LUA_TTABLE:
      if (!reply_with_field(lua, reply)) return pop_array(lua, reply);
      return lua_pop(lua, 2);
    default:
      reply.set_nil();
  }
  lua_pop(lua, 1);
}

}  // namespace picklock
