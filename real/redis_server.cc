#include "real/redis_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "real/redis_connection.h"

namespace picklock {
namespace {

constexpr int kStartTries =
    5;  // another process may take the port between our look and the child's
constexpr int kPolls = 10'000;
constexpr std::chrono::milliseconds kPollEvery{1};

// A port that was free a moment ago; 0 when there is none.
std::uint16_t free_loopback_port() {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return 0;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool ok = ::bind(handle, generic, size) == 0 && ::getsockname(handle, generic, &size) == 0;
  ::close(handle);
  return ok ? ntohs(address.sin_port) : std::uint16_t{0};
}

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

// Waits until the server answers; false when it died or never does.
bool wait_until_ready(Child& child, std::uint16_t port) {
  RedisCommand ping;
  ping.add("PING");
  RedisReply reply;
  for (int i = 0; i < kPolls && !child.ended(); ++i) {
    const Result<RedisConnection> connection = RedisConnection::open(port);
    if (connection) {
      connection->execute(ping, reply);
      if (reply.kind() == RedisReply::Kind::status && reply.text() == "PONG") return true;
    }
    std::this_thread::sleep_for(kPollEvery);
  }
  return false;
}

// The last thing that the server had to say, in brackets; "" when it said nothing.
std::string last_words(const std::string& directory) {
  std::ifstream log(directory + "/redis.log");
  std::string line;
  std::string last;
  while (std::getline(log, line)) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "" : " (its log ends with: " + last + ")";
}

}  // namespace

Result<RedisServerProcess> RedisServerProcess::start(const Options& options) {
  using Failed = Result<RedisServerProcess>;
  if (!is_program(options.binary)) {
    return Failed::failure("expected the program " + options.binary +
                           " in PATH. On Debian 12: apt-get install redis-server");
  }
  std::string why;
  for (int i = 0; i < kStartTries; ++i) {
    RedisServerProcess server(options);
    std::string pattern =
        options.parent.empty() ? std::filesystem::temp_directory_path().string() : options.parent;
    pattern += "/picklock-redis-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return Failed::failure("expected to create the directory " + pattern + ": " +
                             std::strerror(errno));
    }
    server.directory_ = pattern;
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
  if (wait_until_ready(*child_, port_)) return {};
  const auto status = child_->ended();
  return {{.expected = "expected " + options_.binary +
                       " to answer PING on 127.0.0.1:" + std::to_string(port_) + ", but it " +
                       (status ? describe_end(*status) : "did not") + last_words(directory_)}};
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
