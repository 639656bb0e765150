#include "real/redis_server.h"

#include <filesystem>
#include <utility>

#include "real/redis_connection.h"

namespace picklock {
namespace {

std::vector<std::string> command_line(const RedisServerProcess::Options& options,
                                      std::uint16_t port, const std::string& directory) {
  std::vector<std::string> words{
      options.binary, "--bind", "127.0.0.1", "--port", std::to_string(port), "--dir", directory,
      "--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile",
      directory + "/redis.log", "--enable-debug-command", "local",
      // It waits for instants of the true wall clock, which under the clock
      // shim are long past: it would spin.
      "--jemalloc-bg-thread", "no"};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  return words;
}

}  // namespace

bool answers_ping(std::uint16_t port) {
  const Result<RedisConnection> connection = RedisConnection::open(port);
  if (!connection) return false;
  RedisCommand ping;
  ping.add("PING");
  RedisReply reply;
  connection->execute(ping, reply);
  return reply.kind() == RedisReply::Kind::status && reply.text() == "PONG";
}

std::vector<std::string> persistence_arguments(AofPolicy policy) {
  if (policy == AofPolicy::off) return {};
  const char* const fsync = policy == AofPolicy::always     ? "always"
                            : policy == AofPolicy::everysec ? "everysec"
                                                            : "no";
  // A rewrite would fork a process of its own.
  return {"--appendonly", "yes", "--auto-aof-rewrite-percentage", "0", "--appendfsync", fsync};
}

Result<RedisServerProcess> RedisServerProcess::start(const Options& options) {
  using Failed = Result<RedisServerProcess>;
  if (!is_program(options.binary)) {
    return Failed::failure("expected the program " + options.binary +
                           " in PATH. On Debian 12: apt-get install redis-server");
  }
  std::string why;
  for (int i = 0; i < kServerStartTries; ++i) {
    Result<ServerHome> home = ServerHome::make(options.parent, "redis");
    if (!home) return Failed(home.error());
    RedisServerProcess server(options, std::move(home).value());
    const Diagnostics wrong = server.restart();
    if (wrong.empty()) return Failed(std::move(server));
    why = wrong.front().expected;
  }
  return Failed::failure(why);
}

Diagnostics RedisServerProcess::restart() {
  return home_.start({.command = command_line(options_, port(), directory()),
                      .environment = options_.environment,
                      .is_ready = [this] { return answers_ping(port()); },
                      .promise = options_.binary + " to answer PING",
                      .log = "redis.log"});
}

void RedisServerProcess::forget_everything() {
  std::error_code ignored;  // what cannot be removed, the server will complain about
  for (const auto& entry : std::filesystem::directory_iterator(directory(), ignored)) {
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace picklock
