#include "sim/servers/redis_lua.h"

#include <cstring>
#include <lua.hpp>

namespace picklock {
namespace {

constexpr char kBehindGlobals[] = "picklock.globals";  // registry: what stands behind _G
constexpr char kProtected[] =
    "picklock.protected";  // registry: read-only table -> what is behind it
constexpr char kReadOnly[] = "Attempt to modify a readonly table";

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
  lua_pushcfunction(lua, protected_call);
  lua_setfield(lua, -2, "pcall");
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
  replace_redis_random(lua, run);
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
  lua_setfield(lua, LUA_REGISTRYINDEX, kBehindGlobals);
  protect(lua);
  lua_pushvalue(lua, -1);
  lua_getfield(lua, LUA_REGISTRYINDEX, kBehindGlobals);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, "_G");
  lua_pop(lua, 1);
  lua_replace(lua, LUA_GLOBALSINDEX);
}

void push_redis_globals(lua_State* lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, kBehindGlobals);
}

void push_plain_environment(lua_State* lua) {
  lua_createtable(lua, 0, 5);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "KEYS");
  lua_pushvalue(lua, -2);
  lua_setfield(lua, -2, "ARGV");
  lua_getfield(lua, LUA_REGISTRYINDEX, kBehindGlobals);
  for (const char* name : {"tonumber", "tostring"}) {
    lua_getfield(lua, -1, name);
    lua_setfield(lua, -3, name);
  }
  lua_getfield(lua, LUA_REGISTRYINDEX, kProtected);
  lua_getfield(lua, -2, "redis");
  lua_rawget(lua, -2);  // the library behind its guard
  lua_setfield(lua, -4, "redis");
  lua_pop(lua, 2);
  // What it lacks is looked for where every script looks: a variable that is out of scope is refused.
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, LUA_GLOBALSINDEX);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
}

void push_redis_error_handler(lua_State* lua) {
  lua_pushcfunction(lua, error_handler);
}

}  // namespace picklock
