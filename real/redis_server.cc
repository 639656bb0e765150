#include "real/redis_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "real/redis_connection.h"

namespace picklock {
namespace {

constexpr int kStartTries =
    5;  // another process may take the port between our look and the child's
constexpr int kPolls = 1000;
constexpr std::chrono::milliseconds kPollEvery{10};

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

bool is_in_path(const std::string& binary) {
  if (binary.find('/') != std::string::npos) return ::access(binary.c_str(), X_OK) == 0;
  const char* const variable = std::getenv("PATH");
  std::string path = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!path.empty()) {
    const std::size_t colon = path.find(':');
    if (::access((path.substr(0, colon) + "/" + binary).c_str(), X_OK) == 0) return true;
    path = colon == std::string::npos ? std::string() : path.substr(colon + 1);
  }
  return false;
}

std::vector<std::string> command_line(const RedisServerProcess::Options& options,
                                      std::uint16_t port, const std::string& directory) {
  std::vector<std::string> words{options.binary,
                                 "--bind",
                                 "127.0.0.1",
                                 "--port",
                                 std::to_string(port),
                                 "--dir",
                                 directory,
                                 "--save",
                                 "",
                                 "--appendonly",
                                 "no",
                                 "--daemonize",
                                 "no",
                                 "--logfile",
                                 directory + "/redis.log",
                                 "--enable-debug-command",
                                 "local"};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// Everything is prepared before the fork: between it and exec() only async-signal-safe calls are made.
pid_t spawn(const RedisServerProcess::Options& options, std::uint16_t port,
            const std::string& directory) {
  std::vector<std::string> words = command_line(options, port, directory);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  environment.insert(environment.end(), options.environment.begin(), options.environment.end());
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(environment);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  ::execvpe(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

// Waits until the server answers; false when it died or never does.
bool wait_until_ready(pid_t child, std::uint16_t port) {
  RedisCommand ping;
  ping.add("PING");
  RedisReply reply;
  for (int i = 0; i < kPolls; ++i) {
    if (::waitpid(child, nullptr, WNOHANG) != 0) return false;
    const Result<RedisConnection> connection = RedisConnection::open(port);
    if (connection) {
      connection->execute(ping, reply);
      if (reply.kind() == RedisReply::Kind::status && reply.text() == "PONG") return true;
    }
    std::this_thread::sleep_for(kPollEvery);
  }
  return false;
}

}  // namespace

Result<RedisServerProcess> RedisServerProcess::start(const Options& options) {
  using Failed = Result<RedisServerProcess>;
  if (!is_in_path(options.binary)) {
    return Failed::failure("expected the program " + options.binary +
                           " in PATH. On Debian 12: apt-get install redis-server");
  }
  for (int i = 0; i < kStartTries; ++i) {
    RedisServerProcess server;
    std::string pattern = std::filesystem::temp_directory_path() / "picklock-redis-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return Failed::failure("expected to create the directory " + pattern + ": " +
                             std::strerror(errno));
    }
    server.directory_ = pattern;
    server.port_ = free_loopback_port();
    if (server.port_ == 0) return Failed::failure("expected a free TCP port on 127.0.0.1");
    server.process_ = spawn(options, server.port_, server.directory_);
    if (server.process_ < 0) {
      return Failed::failure(std::string("expected to start a process: ") + std::strerror(errno));
    }
    if (wait_until_ready(server.process_, server.port_)) return Failed(std::move(server));
  }
  return Failed::failure("expected " + options.binary + " to answer PING on 127.0.0.1");
}

RedisServerProcess::RedisServerProcess(RedisServerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      port_(other.port_),
      directory_(std::exchange(other.directory_, {})) {}

RedisServerProcess& RedisServerProcess::operator=(RedisServerProcess&& other) noexcept {
  if (this == &other) return *this;
  stop();
  process_ = std::exchange(other.process_, -1);
  port_ = other.port_;
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

RedisServerProcess::~RedisServerProcess() {
  stop();
}

void RedisServerProcess::stop() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  if (!directory_.empty()) {
    std::error_code ignored;  // a directory that cannot be removed is no reason to fail a run
    std::filesystem::remove_all(directory_, ignored);
    directory_.clear();
  }
}

}  // namespace picklock
