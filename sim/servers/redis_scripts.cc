#include "sim/servers/redis_scripts.h"

#include <lua.hpp>
#include <map>
#include <vector>

#include "base/require.h"
#include "sim/servers/redis_lua.h"
#include "sim/servers/redis_lua_memory.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr std::int64_t kFuel = 100'000;  // thousands of instructions

// By length first: texts that differ mostly differ in length, and a comparison then costs nothing.
struct ByLength {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

struct Script {
  std::string sha;
  int chunk = LUA_NOREF;   // reference in Lua's registry
  bool read_only = false;  // "#!lua flags=no-writes"
};

void count_instructions(lua_State* lua, lua_Debug* /*where*/) {
  lua_getfield(lua, LUA_REGISTRYINDEX, "picklock.run");
  auto* const run = static_cast<RedisLuaRun*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  if (--run->fuel < 0) luaL_error(lua, "Script killed by user with SCRIPT KILL.");
}

// A table of `count` words of a command, from `first` on.
void push_words(lua_State* lua, const RedisCommand& words, std::size_t first, std::size_t count) {
  lua_createtable(lua, static_cast<int>(count), 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view word = words[first + i];
    lua_pushlstring(lua, word.data(), word.size());
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
}

// A field of the table on top of the stack, as text; `otherwise` when it is none.
std::string text_field(lua_State* lua, const char* name, std::string_view otherwise) {
  lua_pushstring(lua, name);
  lua_rawget(lua, -2);
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, -1, &length);
  std::string result(text == nullptr ? otherwise : std::string_view(text, length));
  lua_pop(lua, 1);
  return result;
}

// Turns what the error handler made of an error, on top of the stack, into a reply.
void set_script_error(lua_State* lua, const std::string& sha, RedisReply& reply) {
  if (!lua_istable(lua, -1)) {
    const char* text = lua_tostring(lua, -1);
    reply.set_error("ERR Error running script f_" + sha + ", " +
                    (text == nullptr ? "execution failure" : text));
    return;
  }
  std::string text = text_field(lua, "err", "ERR unknown error");
  const std::string line = text_field(lua, "line", "");
  if (!line.empty()) {
    text += " script: " + sha + ", on " + text_field(lua, "source", "") + ":" + line + ".";
  }
  reply.set_error(redis_error_line(text));
}

// Reads "#!lua name=value ..." off the front of `body`; false and an error for a line that Redis refuses.
bool read_shebang(std::string_view& body, bool& read_only, std::string& error) {
  if (!body.starts_with("#!")) return true;
  const std::size_t end = body.find('\n');
  if (end == std::string_view::npos) {
    error = "ERR Invalid script shebang";
    return false;
  }
  std::string_view line = body.substr(0, end);
  body.remove_prefix(end);  // the line's end stays, so that lines keep their numbers
  const std::string_view engine = line.substr(0, line.find(' '));
  if (engine != "#!lua") {
    error = "ERR Unexpected engine in script shebang: " + std::string(engine);
    return false;
  }
  line.remove_prefix(engine.size());
  while (!line.empty()) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const std::string_view option = line.substr(0, line.find(' '));
    line.remove_prefix(option.size());
    if (!option.starts_with("flags=")) {
      error = "ERR Unknown lua shebang option: " + std::string(option);
      return false;
    }
    read_only = read_only || option.find("no-writes") != std::string_view::npos;
  }
  return true;
}

}  // namespace

struct RedisScripts::State {
  RedisLuaMemory memory;  // outlives the Lua state, which the destructor closes
  lua_State* lua = nullptr;
  RedisLuaRun run;
  std::vector<Script> scripts;
  std::map<std::string, Number, ByLength> by_text;
  std::map<std::string, Number, std::less<>> by_sha;
};

RedisScripts::RedisScripts() : state_(std::make_unique<State>()) {
  state_->lua = lua_newstate(RedisLuaMemory::allocate, &state_->memory);
  require(state_->lua != nullptr, "Lua starts");
  lua_pushlightuserdata(state_->lua, &state_->run);
  lua_setfield(state_->lua, LUA_REGISTRYINDEX, "picklock.run");
  open_redis_lua(state_->lua, &state_->run);
  // A run leaves a few hundred bytes of garbage: to collect it rarely costs memory, not answers.
  lua_gc(state_->lua, LUA_GCSETPAUSE, 1000);
  lua_sethook(state_->lua, count_instructions, LUA_MASKCOUNT, 1000);
  // Never popped: every run calls below this handler.
  push_redis_globals(state_->lua);
  push_redis_error_handler(state_->lua);
}

RedisScripts::~RedisScripts() {
  lua_close(state_->lua);
}

std::optional<RedisScripts::Number> RedisScripts::compile(std::string_view text,
                                                          std::string& error) {
  State& state = *state_;
  if (const auto found = state.by_text.find(text); found != state.by_text.end()) {
    return found->second;
  }
  Script script{.sha = sha1_hex(text)};
  std::string_view body = text;
  if (!read_shebang(body, script.read_only, error)) return std::nullopt;
  if (luaL_loadbuffer(state.lua, body.data(), body.size(), "@user_script") != 0) {
    error = "ERR Error compiling script (new function): ";
    error += lua_tostring(state.lua, -1);
    lua_pop(state.lua, 1);
    return std::nullopt;
  }
  script.chunk = luaL_ref(state.lua, LUA_REGISTRYINDEX);
  const auto number = static_cast<Number>(state.scripts.size());
  state.by_text.emplace(text, number);
  state.by_sha.emplace(script.sha, number);
  state.scripts.push_back(std::move(script));
  return number;
}

std::optional<RedisScripts::Number> RedisScripts::find(std::string_view sha) const {
  auto found = state_->by_sha.find(sha);
  if (found == state_->by_sha.end()) {
    std::string lower(sha);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    found = state_->by_sha.find(lower);
  }
  if (found == state_->by_sha.end()) return std::nullopt;
  return found->second;
}

const std::string& RedisScripts::sha(Number script) const {
  return state_->scripts.at(script).sha;
}

void RedisScripts::run(Number number, const RedisCommand& words, std::size_t first,
                       std::size_t keys, RedisScriptHost& host, RedisReply& reply) {
  State& state = *state_;
  lua_State* const lua = state.lua;
  const Script& script = state.scripts.at(number);
  require(state.run.host == nullptr, "scripts do not nest");
  state.run.host = &host;
  state.run.read_only = script.read_only;
  state.run.random = seeded_redis_random(0);
  state.run.fuel = kFuel;

  // The stack holds the globals at 1 and the error handler at 2.
  push_words(lua, words, first, keys);
  lua_setfield(lua, 1, "KEYS");
  push_words(lua, words, first + keys, words.size() - first - keys);
  lua_setfield(lua, 1, "ARGV");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, script.chunk);
  if (lua_pcall(lua, 0, 1, 2) == 0) {
    pop_redis_reply(lua, reply);
  } else {
    set_script_error(lua, script.sha, reply);
  }
  lua_settop(lua, 2);
  state.run.host = nullptr;
}

}  // namespace picklock
