// Lua 5.1 as redis-server 7.0 embeds it: compiled scripts, and the `redis` library that they see.
//
// One object serves all models of one thread. Compiled chunks are kept by text, so the next simulated
// run does not compile again; which scripts a *server* knows (NOSCRIPT) is the server's own business.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "algorithms/redis_client.h"

namespace picklock {

// What a running script reaches with redis.call().
class RedisScriptHost {
 public:
  virtual void call_from_script(const RedisCommand& command, bool read_only, RedisReply& reply) = 0;

 protected:
  ~RedisScriptHost() = default;
};

class RedisScripts {
 public:
  using Number = std::uint32_t;

  RedisScripts();
  ~RedisScripts();
  RedisScripts(const RedisScripts&) = delete;
  RedisScripts& operator=(const RedisScripts&) = delete;

  // The script of this text, compiled at its first use; nothing, and Redis' own message in `error`,
  // when it does not compile.
  std::optional<Number> compile(std::string_view text, std::string& error);
  // The script whose SHA-1 this is, in hexadecimal of any case; nothing when it was never compiled.
  std::optional<Number> find(std::string_view sha) const;
  const std::string& sha(Number script) const;

  // Runs a script with words[first .. first + keys) as KEYS and the rest as ARGV, until it ends or has
  // executed 100 million instructions. Scripts do not nest. Lua is not asked again what a script does of which that is
  // known (redis_script_paths.h).
  void run(Number script, const RedisCommand& words, std::size_t first, std::size_t keys,
           RedisScriptHost& host, RedisReply& reply);
  std::uint64_t runs_of_lua() const { return runs_of_lua_; }

 private:
  // False: it has ended with an error.
  bool run_in_lua(Number script, const RedisCommand& words, std::size_t first, std::size_t keys,
                  RedisScriptHost& host, RedisReply& reply);

  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t runs_of_lua_ = 0;
};

}  // namespace picklock
