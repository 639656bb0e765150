#include "real/doctor.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "real/child.h"
#include "real/frozen_clock.h"
#include "real/redis_benchmark.h"
#include "real/redis_connection.h"
#include "real/redis_server.h"
#include "real/resp.h"
#include "real/run_directory.h"
#include "real/sentinel_process.h"
#include "real/zookeeper_connection.h"
#include "real/zookeeper_server.h"

namespace picklock {
namespace {

// The first line that a program prints.
std::string first_line_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.c_str(), "r"),
                                                               &::pclose);
  std::array<char, 512> line{};
  if (output == nullptr || std::fgets(line.data(), line.size(), output.get()) == nullptr) return {};
  std::string text(line.data());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// "7.0.15" of "Redis server v=7.0.15 sha=..."
std::string redis_version() {
  const std::string line = first_line_of("redis-server --version 2>/dev/null");
  const std::size_t begin = line.find("v=");
  if (begin == std::string::npos) return {};
  return line.substr(begin + 2, line.find(' ', begin) - begin - 2);
}

Probe redis() {
  Probe probe{.group = "server", .name = "redis-server"};
  if (!is_program("redis-server")) {
    probe.found = "not in PATH";
    probe.advice = "apt-get install redis-server";
    return probe;
  }
  const auto started = RedisServerProcess::start();
  probe.works = started.has_value();
  probe.found = started ? redis_version() : started.error().front().expected;
  return probe;
}

Probe sentinel() {
  Probe probe{.group = "server",
              .name = "sentinel",
              .needed = false,
              .advice = "only for sentinels: apt-get install redis-server"};
  if (!is_program("redis-server")) {
    probe.found = "redis-server not in PATH";
    return probe;
  }
  auto made = SentinelProcess::make({}, {});
  Diagnostics wrong = made ? Diagnostics{} : made.error();
  constexpr std::uint16_t kNobody = 1;  // a port at which it finds nobody
  if (wrong.empty()) {
    wrong = made.value().start(
        {fmt::format("sentinel monitor {} 127.0.0.1 {} 1", SentinelProcess::kWatched, kNobody)});
  }
  probe.works = wrong.empty() && made.value().settle() == kNobody;
  probe.found = probe.works     ? "redis-server --sentinel"
                : wrong.empty() ? "it does not say whom it watches"
                                : wrong.front().expected;
  if (probe.works) probe.advice.clear();
  return probe;
}

Probe redis_benchmark() {
  Probe probe{.group = "server", .name = kRedisBenchmark, .needed = false};
  probe.works = is_program(kRedisBenchmark);
  probe.found =
      probe.works ? first_line_of("redis-benchmark --version 2>/dev/null") : "not in PATH";
  if (!probe.works) {
    probe.advice = "only for the ceiling of throughput --real: apt-get install redis-tools";
  }
  return probe;
}

// "3.8.0" of "Zookeeper version: 3.8.0-5a02a05..., built on ..."
std::string zookeeper_version(std::uint16_t port) {
  const std::string answer = ask_zookeeper(port, "srvr");
  const std::size_t begin = answer.find(": ");
  if (begin == std::string::npos) return {};
  return answer.substr(begin + 2, answer.find_first_of("-,\n", begin) - begin - 2);
}

Probe zookeeper() {
  Probe probe{.group = "server", .name = "ZooKeeper", .needed = false};
  const auto started = ZooKeeperServerProcess::start({});
  probe.works = started.has_value();
  if (started) {
    probe.found = zookeeper_version(started->port()) + ", alone or as an ensemble";
  } else {
    probe.found = started.error().front().expected;
    probe.advice = "only for locks on ZooKeeper: apt-get install zookeeper default-jre-headless";
  }
  return probe;
}

// The state letter of a process: R, S, T, ...
char state_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string stat;
  std::getline(file, stat);
  const std::size_t bracket = stat.rfind(") ");
  return bracket == std::string::npos || bracket + 2 >= stat.size() ? '?' : stat[bracket + 2];
}

Probe signals() {
  Probe probe{.group = "fault", .name = "pause, crash"};
  Result<Child> child = Child::fork({}, [] {
    ::poll(nullptr, 0, -1);
    return 0;
  });
  if (!child) {
    probe.found = child.error().front().expected;
    return probe;
  }
  child.value().stop();
  const bool stopped = state_of(child.value().process()) == 'T';
  child.value().go_on();
  child.value().kill();
  const int status = child.value().ended().value_or(0);
  probe.works = stopped && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  probe.found = probe.works ? "SIGSTOP, SIGCONT and SIGKILL of own processes"
                            : "a process did not stop when it got SIGSTOP";
  return probe;
}

// TIME of a server must be what its clock was set to.
Probe clock() {
  Probe probe{.group = "fault", .name = "clocks"};
  constexpr std::int64_t kSecond = 1'700'000'000;
  const Result<FrozenClock> frozen = FrozenClock::create(kSecond * 1000);
  if (!frozen) {
    probe.found = frozen.error().front().expected;
    return probe;
  }
  const auto server = RedisServerProcess::start({.environment = frozen->environment()});
  if (!server) {
    probe.found = "not tried: no server answers under the clock shim";
    return probe;
  }
  const auto connection = RedisConnection::open(server->port());
  RedisReply reply;
  if (connection) connection->execute(parse_redis_command("TIME"), reply);
  probe.works =
      reply.elements().size() == 2 && reply.elements()[0].text() == std::to_string(kSecond);
  probe.found = probe.works ? "LD_PRELOAD shim: step, rate, freeze, and skipping of idle time"
                            : "TIME does not follow the clock shim";
  if (!probe.works) probe.advice = "use a redis-server that is linked dynamically";
  return probe;
}

Probe directory() {
  Probe probe{.group = "fault", .name = "restart, AOF"};
  const Result<RunDirectory> made = RunDirectory::create();
  probe.works = made.has_value();
  if (!made) {
    probe.found = made.error().front().expected;
    probe.advice = "set TMPDIR to a directory that can be written to, with room";
    return probe;
  }
  std::error_code ignored;
  const auto space = std::filesystem::space(made->path(), ignored);
  probe.found =
      fmt::format("{} MiB free in {}", space.available >> 20, made->path().parent_path().string());
  return probe;
}

}  // namespace

std::vector<Probe> examine_machine() {
  return {redis(), sentinel(), redis_benchmark(), zookeeper(), signals(), clock(), directory()};
}

}  // namespace picklock
