#include "sim/servers/redis_scripts.h"

#include <lua.hpp>
#include <map>
#include <vector>

#include "base/require.h"
#include "sim/servers/redis_lua.h"
#include "sim/servers/redis_lua_memory.h"
#include "sim/servers/redis_plain_script.h"
#include "sim/servers/redis_script_paths.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

constexpr std::int64_t kFuel = 100'000;  // in the unit of the count
constexpr int kCountedAtOnce = 1000;     // instructions

// By length first: texts that differ mostly differ in length, and a comparison then costs nothing.
struct ByLength {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

struct Script {
  std::string_view text;  // of RedisScripts::State::by_text
  std::string sha;
  int chunk = LUA_NOREF;   // reference in Lua's registry
  bool read_only = false;  // "#!lua flags=no-writes"
  bool is_plain = false;
  bool is_straight = false;
  std::unique_ptr<RedisScriptPaths> paths;  // null: it does more than to compare
};

void count_instructions(lua_State* lua, lua_Debug* /*where*/) {
  lua_getfield(lua, LUA_REGISTRYINDEX, "picklock.run");
  auto* const run = static_cast<RedisLuaRun*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  if (--run->fuel < 0) luaL_error(lua, "Script killed by user with SCRIPT KILL.");
}

// Words of a command, as KEYS or ARGV shows them.
struct Words {
  const RedisCommand& command;
  std::size_t first;
  std::size_t count;
  std::string_view operator[](std::size_t i) const { return command[first + i]; }
};

void push_word(lua_State* lua, std::string_view word) {
  lua_pushlstring(lua, word.data(), word.size());
}

void push_table(lua_State* lua, const Words& words) {
  lua_createtable(lua, static_cast<int>(words.count), 0);
  for (std::size_t i = 0; i < words.count; ++i) {
    push_word(lua, words[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
}

// A table for plain scripts, which leave it as they found it: only what differs is written.
class KeptTable {
 public:
  explicit KeptTable(int place) : place_(place) {}

  void show(lua_State* lua, const Words& words) {
    for (std::size_t i = 0; i < words.count; ++i) {
      if (i < words_.size() && words_[i] == words[i]) continue;
      if (i == words_.size()) words_.emplace_back();
      words_[i] = words[i];
      push_word(lua, words[i]);
      lua_rawseti(lua, place_, static_cast<int>(i + 1));
    }
    while (words_.size() > words.count) {
      lua_pushnil(lua);
      lua_rawseti(lua, place_, static_cast<int>(words_.size()));
      words_.pop_back();
    }
  }

 private:
  int place_;  // on Lua's stack
  std::vector<std::string> words_;
};

// What stays on Lua's stack for all runs.
enum Place : int { kGlobals = 1, kErrorHandler, kKeys, kArguments, kPlainEnvironment };

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
  Number last = 0;  // that compile() found
  std::map<std::string, Number, ByLength> by_text;
  std::map<std::string, Number, std::less<>> by_sha;
  KeptTable keys{kKeys};
  KeptTable arguments{kArguments};
};

RedisScripts::RedisScripts() : state_(std::make_unique<State>()) {
  state_->lua = lua_newstate(RedisLuaMemory::allocate, &state_->memory);
  require(state_->lua != nullptr, "Lua starts");
  lua_pushlightuserdata(state_->lua, &state_->run);
  lua_setfield(state_->lua, LUA_REGISTRYINDEX, "picklock.run");
  open_redis_lua(state_->lua, &state_->run);
  // A script leaves a hundred bytes of garbage: to collect it when it is twice what lives costs 20 ns a script.
  lua_gc(state_->lua, LUA_GCSETPAUSE, 300);
  push_redis_globals(state_->lua);
  push_redis_error_handler(state_->lua);
  lua_newtable(state_->lua);
  lua_newtable(state_->lua);
  push_plain_environment(state_->lua);
}

RedisScripts::~RedisScripts() {
  lua_close(state_->lua);
}

std::optional<RedisScripts::Number> RedisScripts::compile(std::string_view text,
                                                          std::string& error) {
  State& state = *state_;
  // Most often it is the text of the time before.
  if (state.last < state.scripts.size() && state.scripts[state.last].text == text) {
    return state.last;
  }
  if (const auto found = state.by_text.find(text); found != state.by_text.end()) {
    return state.last = found->second;
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
  script.is_plain = is_plain_script(body);
  script.is_straight = is_straight_script(body);
  if (auto literals = literals_of_comparing_script(body)) {
    script.paths = std::make_unique<RedisScriptPaths>(*std::move(literals));
  }
  if (script.is_plain) {
    lua_pushvalue(state.lua, kPlainEnvironment);
    lua_setfenv(state.lua, -2);
  }
  script.chunk = luaL_ref(state.lua, LUA_REGISTRYINDEX);
  const auto number = static_cast<Number>(state.scripts.size());
  script.text = state.by_text.emplace(text, number).first->first;
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
  const Script& script = state_->scripts.at(number);
  require(state_->run.host == nullptr, "scripts do not nest");
  RedisScriptPaths* const paths = script.paths.get();
  if (paths == nullptr) {
    run_in_lua(number, words, first, keys, host, reply);
  } else if (!paths->follow(words, first, keys, script.read_only, host, reply) &&
             run_in_lua(number, words, first, keys, *paths, reply)) {
    paths->returned(reply);
  }
}

bool RedisScripts::run_in_lua(Number number, const RedisCommand& words, std::size_t first,
                              std::size_t keys, RedisScriptHost& host, RedisReply& reply) {
  State& state = *state_;
  lua_State* const lua = state.lua;
  const Script& script = state.scripts[number];
  ++runs_of_lua_;
  state.run.host = &host;
  state.run.read_only = script.read_only;
  state.run.random = seeded_redis_random(0);
  state.run.fuel = kFuel;

  const Words key_words{words, first, keys};
  const Words argument_words{words, first + keys, words.size() - first - keys};
  if (script.is_plain) {
    state.keys.show(lua, key_words);
    state.arguments.show(lua, argument_words);
  } else {
    push_table(lua, key_words);
    lua_setfield(lua, kGlobals, "KEYS");
    push_table(lua, argument_words);
    lua_setfield(lua, kGlobals, "ARGV");
  }
  // To count costs time at each instruction, and a script without loops ends by itself.
  if (!script.is_straight) lua_sethook(lua, count_instructions, LUA_MASKCOUNT, kCountedAtOnce);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, script.chunk);
  const bool returns = lua_pcall(lua, 0, 1, kErrorHandler) == 0;
  if (returns) {
    pop_redis_reply(lua, reply);
  } else {
    set_script_error(lua, script.sha, reply);
  }
  if (!script.is_straight) lua_sethook(lua, nullptr, 0, 0);
  lua_settop(lua, kPlainEnvironment);
  state.run.host = nullptr;
  return returns;
}

}  // namespace picklock
