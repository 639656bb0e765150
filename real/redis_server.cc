#include "real/redis_server.h"

#include <filesystem>
#include <utility>

#include "real/local_socket.h"
#include "real/redis_connection.h"
#include "real/server_start.h"

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

bool answers_ping(std::uint16_t port) {
  const Result<RedisConnection> connection = RedisConnection::open(port);
  if (!connection) return false;
  RedisCommand ping;
  ping.add("PING");
  RedisReply reply;
  connection->execute(ping, reply);
  return reply.kind() == RedisReply::Kind::status && reply.text() == "PONG";
}

}  // namespace

Result<RedisServerProcess> RedisServerProcess::start(const Options& options) {
  using Failed = Result<RedisServerProcess>;
  if (!is_program(options.binary)) {
    return Failed::failure("expected the program " + options.binary +
                           " in PATH. On Debian 12: apt-get install redis-server");
  }
  std::string why;
  for (int i = 0; i < kServerStartTries; ++i) {
    RedisServerProcess server(options);
    Result<std::string> directory = make_server_directory(options.parent, "redis");
    if (!directory) return Failed(directory.error());
    server.directory_ = std::move(directory).value();
    server.port_ = free_loopback_port();
    if (server.port_ == 0) return Failed::failure("expected a free TCP port on 127.0.0.1");
    const Diagnostics wrong = server.restart();
    if (wrong.empty()) return Failed(std::move(server));
    why = wrong.front().expected;
  }
  return Failed::failure(why);
}

Diagnostics RedisServerProcess::restart() {
  Result<Child> child = Child::run(command_line(options_, port_, directory_), options_.environment);
  if (!child) return child.error();
  child_.emplace(std::move(child).value());
  if (wait_until_ready(*child_, [this] { return answers_ping(port_); })) return {};
  const auto status = child_->ended();
  return {{.expected = "expected " + options_.binary +
                       " to answer PING on 127.0.0.1:" + std::to_string(port_) + ", but it " +
                       (status ? describe_end(*status) : "did not") +
                       last_words(directory_ + "/redis.log")}};
}

void RedisServerProcess::forget_everything() {
  std::error_code ignored;  // what cannot be removed, the server will complain about
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

RedisServerProcess::RedisServerProcess(RedisServerProcess&& other) noexcept
    : options_(std::move(other.options_)),
      child_(std::exchange(other.child_, std::nullopt)),
      port_(other.port_),
      directory_(std::exchange(other.directory_, {})) {}

RedisServerProcess& RedisServerProcess::operator=(RedisServerProcess&& other) noexcept {
  if (this == &other) return *this;
  stop();
  options_ = std::move(other.options_);
  child_ = std::exchange(other.child_, std::nullopt);
  port_ = other.port_;
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

RedisServerProcess::~RedisServerProcess() {
  stop();
}

void RedisServerProcess::stop() {
  child_.reset();
  if (!directory_.empty()) {
    std::error_code ignored;  // a directory that cannot be removed is no reason to fail a run
    std::filesystem::remove_all(directory_, ignored);
    directory_.clear();
  }
}

}  // namespace picklock
