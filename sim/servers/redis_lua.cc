#include "sim/servers/redis_lua.h"

#include <cstring>
#include <lua.hpp>

#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr char kRun[] = "picklock.run";
constexpr char kGlobals[] = "picklock.globals";  // registry: what stands behind _G
constexpr char kProtected[] =
    "picklock.protected";  // registry: read-only table -> what is behind it
constexpr char kReadOnly[] = "Attempt to modify a readonly table";

RedisLuaRun& run_of(lua_State* lua) {
  return *static_cast<RedisLuaRun*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

// redis.call() and redis.pcall(): executes a command; an error reply is raised, or returned.
int call_redis(lua_State* lua, bool raises) {
  RedisLuaRun& run = run_of(lua);
  const int count = lua_gettop(lua);
  if (count == 0) {
    push_redis_error(lua, "Please specify at least one argument for this redis lib call");
    return raises ? lua_error(lua) : 1;
  }
  run.command.clear();
  for (int i = 1; i <= count; ++i) {
    const int type = lua_type(lua, i);
    if (type == LUA_TNUMBER) {
      char number[64];
      const int length = std::snprintf(number, sizeof number, "%.17g", lua_tonumber(lua, i));
      run.command.add(std::string_view(number, static_cast<std::size_t>(length)));
    } else if (type == LUA_TSTRING) {
      std::size_t length = 0;
      const char* text = lua_tolstring(lua, i, &length);
      run.command.add(std::string_view(text, length));
    } else {
      push_redis_error(lua, "Lua redis lib command arguments must be strings or integers");
      return raises ? lua_error(lua) : 1;
    }
  }
  run.host->call_from_script(run.command, run.read_only, run.reply);
  push_redis_reply(lua, run.reply);
  if (raises && run.reply.is_error()) return lua_error(lua);
  return 1;
}

int redis_call(lua_State* lua) {
  return call_redis(lua, true);
}

int redis_pcall(lua_State* lua) {
  return call_redis(lua, false);
}

int redis_sha1hex(lua_State* lua) {
  if (lua_gettop(lua) != 1) {
    push_redis_error(lua, "wrong number of arguments");
    return lua_error(lua);
  }
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, 1, &length);
  char hex[40];
  {
    const std::string digest = sha1_hex(std::string_view(text == nullptr ? "" : text, length));
    std::memcpy(hex, digest.data(), sizeof hex);
  }
  lua_pushlstring(lua, hex, sizeof hex);
  return 1;
}

// Wrong arguments give an error *table*, as in Redis: nothing is raised.
int redis_status_reply(lua_State* lua) {
  if (lua_gettop(lua) != 1 || lua_type(lua, 1) != LUA_TSTRING) {
    push_redis_error(lua, "wrong number or type of arguments");
    return 1;
  }
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "ok");
  return 1;
}

int redis_error_reply(lua_State* lua) {
  if (lua_gettop(lua) != 1 || lua_type(lua, 1) != LUA_TSTRING) {
    push_redis_error(lua, "wrong number or type of arguments");
    return 1;
  }
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, 1, &length);
  // A text is taken to start with its code, with or without a '-' in front.
  if (length > 0 && text[0] == '-') {
    push_redis_error(lua, std::string_view(text, length));
  } else {
    lua_pushliteral(lua, "-");
    lua_pushvalue(lua, 1);
    lua_concat(lua, 2);
    text = lua_tolstring(lua, -1, &length);
    push_redis_error(lua, std::string_view(text, length));
  }
  return 1;
}

int redis_setresp(lua_State* lua) {
  if (lua_gettop(lua) != 1) {
    push_redis_error(lua, "redis.setresp() requires one argument.");
    return lua_error(lua);
  }
  const double version = lua_tonumber(lua, 1);
  if (version < 2 || version > 3) {
    push_redis_error(lua, "RESP version must be 2 or 3.");
    return lua_error(lua);
  }
  return 0;
}

int redis_log(lua_State* lua) {
  if (lua_gettop(lua) < 2) {
    push_redis_error(lua, "redis.log() requires two arguments or more.");
    return lua_error(lua);
  }
  if (lua_isnumber(lua, 1) == 0) {
    push_redis_error(lua, "First argument must be a number (log level).");
    return lua_error(lua);
  }
  const double level = lua_tonumber(lua, 1);
  if (level < 0 || level > 3) {
    push_redis_error(lua, "Invalid debug level.");
    return lua_error(lua);
  }
  return 0;
}

int returns_true(lua_State* lua) {
  lua_pushboolean(lua, 1);
  return 1;
}

int returns_nothing(lua_State* /*lua*/) {
  return 0;
}

// One step of lrand48(): 31 bits.
std::int64_t next_random(RedisLuaRun& run) {
  run.random = (run.random * 0x5DEECE66DULL + 0xBULL) & 0xFFFFFFFFFFFFULL;
  return static_cast<std::int64_t>(run.random >> 17);
}

int math_random(lua_State* lua) {
  constexpr std::int64_t kMax = 0x7fffffff;
  const double draw =
      static_cast<double>(next_random(run_of(lua)) % kMax) / static_cast<double>(kMax);
  const auto between = [&](lua_Integer first, lua_Integer last) {
    const double width = static_cast<double>(last - first + 1);
    const auto offset = static_cast<std::int64_t>(draw * width);
    lua_pushnumber(lua, static_cast<double>(first + static_cast<lua_Integer>(offset)));
    return 1;
  };
  switch (lua_gettop(lua)) {
    case 0:
      lua_pushnumber(lua, draw);
      return 1;
    case 1: {
      const lua_Integer last = luaL_checkinteger(lua, 1);
      luaL_argcheck(lua, 1 <= last, 1, "interval is empty");
      return between(1, last);
    }
    case 2: {
      const lua_Integer first = luaL_checkinteger(lua, 1);
      const lua_Integer last = luaL_checkinteger(lua, 2);
      luaL_argcheck(lua, first <= last, 2, "interval is empty");
      return between(first, last);
    }
    default:
      return luaL_error(lua, "wrong number of arguments");
  }
}

int math_randomseed(lua_State* lua) {
  run_of(lua).random = seeded_redis_random(static_cast<std::int32_t>(luaL_checkinteger(lua, 1)));
  return 0;
}

// pcall() hands out the text of an error that redis.call() raised, not its table.
int protected_call(lua_State* lua) {
  luaL_checkany(lua, 1);
  if (lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0) == 0) {
    lua_pushboolean(lua, 1);
    lua_insert(lua, 1);
    return lua_gettop(lua);
  }
  if (lua_istable(lua, -1)) {
    lua_getfield(lua, -1, "err");
    if (lua_isstring(lua, -1) != 0) {
      lua_replace(lua, -2);
    } else {
      lua_pop(lua, 1);
    }
  }
  lua_pushboolean(lua, 0);
  lua_insert(lua, -2);
  return 2;
}

int error_handler(lua_State* lua) {
  lua_Debug where;
  bool known = lua_getstack(lua, 1, &where) != 0 && lua_getinfo(lua, "Sl", &where) != 0;
  if (known && std::strcmp(where.what, "C") == 0) {
    known = lua_getstack(lua, 2, &where) != 0 && lua_getinfo(lua, "Sl", &where) != 0;
  }
  if (!lua_istable(lua, 1)) {
    lua_getfield(lua, LUA_REGISTRYINDEX, "picklock.tostring");
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 1);
    lua_createtable(lua, 0, 3);
    lua_pushliteral(lua, "ERR ");
    lua_pushvalue(lua, -3);
    lua_concat(lua, 2);
    lua_setfield(lua, -2, "err");
  } else {
    lua_settop(lua, 1);
  }
  if (known) {
    lua_pushstring(lua, where.source);
    lua_setfield(lua, -2, "source");
    lua_pushinteger(lua, where.currentline);
    lua_setfield(lua, -2, "line");
  }
  return 1;
}

// Raises without a position, as Redis' C functions do.
int raise_read_only(lua_State* lua) {
  lua_pushstring(lua, kReadOnly);
  return lua_error(lua);
}

int refuse_assignment(lua_State* lua) {
  return luaL_error(lua, kReadOnly);
}

int refuse_unknown_global(lua_State* lua) {
  return luaL_error(lua, "Script attempted to access nonexistent global variable '%s'",
                    lua_isstring(lua, 2) != 0 ? lua_tostring(lua, 2) : "?");
}

// A function that changes its first argument: refuses a protected table, else goes on to the original.
int guarded(lua_State* lua) {
  if (lua_istable(lua, 1)) {
    lua_getfield(lua, LUA_REGISTRYINDEX, kProtected);
    lua_pushvalue(lua, 1);
    lua_rawget(lua, -2);
    if (lua_toboolean(lua, -1) != 0) return raise_read_only(lua);
    lua_pop(lua, 2);
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

// Replaces the protected table at index 1 by what stands behind it.
void see_through(lua_State* lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, kProtected);
  lua_pushvalue(lua, 1);
  lua_rawget(lua, -2);
  if (lua_istable(lua, -1)) lua_replace(lua, 1);
  lua_settop(lua, 2);
}

int next_pair(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  see_through(lua);
  if (lua_next(lua, 1) != 0) return 2;
  lua_pushnil(lua);
  return 1;
}

int pairs(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  see_through(lua);
  lua_settop(lua, 1);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_pushnil(lua);
  return 3;
}

void guard(lua_State* lua, const char* name) {
  lua_getfield(lua, -1, name);
  lua_pushcclosure(lua, guarded, 1);
  lua_setfield(lua, -2, name);
}

// Replaces the table on top of the stack by an empty one that reads through to it and refuses changes.
void protect(lua_State* lua) {
  lua_newtable(lua);
  lua_createtable(lua, 0, 3);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, refuse_assignment);
  lua_setfield(lua, -2, "__newindex");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_getfield(lua, LUA_REGISTRYINDEX, kProtected);
  lua_pushvalue(lua, -2);
  lua_pushvalue(lua, -4);
  lua_rawset(lua, -3);
  lua_pop(lua, 1);
  lua_remove(lua, -2);
}

void set_function(lua_State* lua, RedisLuaRun* run, const char* name, lua_CFunction function) {
  lua_pushlightuserdata(lua, run);
  lua_pushcclosure(lua, function, 1);
  lua_setfield(lua, -2, name);
}

void set_number(lua_State* lua, const char* name, int number) {
  lua_pushinteger(lua, number);
  lua_setfield(lua, -2, name);
}

void push_redis_library(lua_State* lua, RedisLuaRun* run) {
  lua_newtable(lua);
  set_function(lua, run, "call", redis_call);
  set_function(lua, run, "pcall", redis_pcall);
  set_function(lua, run, "sha1hex", redis_sha1hex);
  set_function(lua, run, "status_reply", redis_status_reply);
  set_function(lua, run, "error_reply", redis_error_reply);
  set_function(lua, run, "setresp", redis_setresp);
  set_function(lua, run, "log", redis_log);
  set_function(lua, run, "replicate_commands", returns_true);
  set_function(lua, run, "acl_check_cmd", returns_true);
  for (const char* name : {"set_repl", "breakpoint", "debug"}) {
    set_function(lua, run, name, returns_nothing);
  }
  set_number(lua, "LOG_DEBUG", 0);
  set_number(lua, "LOG_VERBOSE", 1);
  set_number(lua, "LOG_NOTICE", 2);
  set_number(lua, "LOG_WARNING", 3);
  set_number(lua, "REPL_NONE", 0);
  set_number(lua, "REPL_AOF", 1);
  set_number(lua, "REPL_SLAVE", 2);
  set_number(lua, "REPL_REPLICA", 2);
  set_number(lua, "REPL_ALL", 3);
  set_number(lua, "REDIS_VERSION_NUM", 0x0007000f);
  lua_pushliteral(lua, "7.0.15");
  lua_setfield(lua, -2, "REDIS_VERSION");
}

void open_library(lua_State* lua, lua_CFunction open, const char* name) {
  lua_pushcfunction(lua, open);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 0);
}

// Strings share one metatable; through it a script must not reach the true string library. `string` is
// the protected library on top of the stack.
void protect_string_metatable(lua_State* lua) {
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, -4);
  lua_setfield(lua, -2, "__index");
  protect(lua);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 2);
}

}  // namespace

std::uint64_t seeded_redis_random(std::int32_t seed) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(seed)) << 16) | 0x330EULL;
}

void open_redis_lua(lua_State* lua, RedisLuaRun* run) {
  open_library(lua, luaopen_base, "");
  open_library(lua, luaopen_table, LUA_TABLIBNAME);
  open_library(lua, luaopen_string, LUA_STRLIBNAME);
  open_library(lua, luaopen_math, LUA_MATHLIBNAME);
  lua_newtable(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, kProtected);
  lua_getglobal(lua, "tostring");
  lua_setfield(lua, LUA_REGISTRYINDEX, "picklock.tostring");

  lua_pushvalue(lua, LUA_GLOBALSINDEX);
  for (const char* hidden :
       {"print", "dofile", "loadfile", "getfenv", "setfenv", "newproxy", "module", "require"}) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, hidden);
  }
  guard(lua, "rawset");
  guard(lua, "setmetatable");
  set_function(lua, run, "pcall", protected_call);
  lua_pushcfunction(lua, next_pair);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -3, "next");
  lua_pushcclosure(lua, pairs, 1);
  lua_setfield(lua, -2, "pairs");
  lua_getfield(lua, -1, "table");
  guard(lua, "insert");
  guard(lua, "setn");
  lua_pop(lua, 1);
  lua_getfield(lua, -1, "math");
  set_function(lua, run, "random", math_random);
  set_function(lua, run, "randomseed", math_randomseed);
  lua_pop(lua, 1);
  push_redis_library(lua, run);
  lua_setfield(lua, -2, "redis");
  for (const char* name : {"redis", "string", "table", "math", "coroutine"}) {
    lua_getfield(lua, -1, name);
    protect(lua);
    lua_setfield(lua, -2, name);
  }
  lua_getfield(lua, -1, "string");
  protect_string_metatable(lua);
  lua_pop(lua, 1);

  lua_createtable(lua, 0, 1);
  lua_pushcfunction(lua, refuse_unknown_global);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, LUA_REGISTRYINDEX, kGlobals);
  protect(lua);
  lua_pushvalue(lua, -1);
  lua_getfield(lua, LUA_REGISTRYINDEX, kGlobals);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, "_G");
  lua_pop(lua, 1);
  lua_replace(lua, LUA_GLOBALSINDEX);
}

void push_redis_globals(lua_State* lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, kGlobals);
}

void push_redis_error_handler(lua_State* lua) {
  lua_pushcfunction(lua, error_handler);
}

}  // namespace picklock
