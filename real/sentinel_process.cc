#include "real/sentinel_process.h"

#include <fmt/core.h>

#include <fstream>
#include <utility>

#include "real/redis_server.h"
#include "real/resp.h"
#include "real/wire.h"

namespace picklock {

Result<SentinelProcess> SentinelProcess::make(const std::string& parent,
                                              std::vector<std::string> environment) {
  using Made = Result<SentinelProcess>;
  Result<ServerHome> home = ServerHome::make(parent, "sentinel");
  if (!home) return Made(home.error());
  return Made(SentinelProcess(std::move(home).value(), std::move(environment)));
}

Diagnostics SentinelProcess::start(const std::vector<std::string>& configuration) {
  crash();
  std::ofstream to(file(), std::ios::trunc);
  to << fmt::format(
      "port {}\nbind 127.0.0.1\ndir {}\nlogfile {}/sentinel.log\njemalloc-bg-thread no\n",
      home_.port(), home_.directory(), home_.directory());
  for (const std::string& line : configuration) to << line << '\n';
  to.close();
  if (!to) return {{.expected = "expected to write " + file()}};
  return restart();
}

Diagnostics SentinelProcess::restart() {
  Diagnostics wrong = home_.start({.command = {"redis-server", file(), "--sentinel"},
                                   .environment = environment_,
                                   .is_ready = [this] { return answers_ping(port()); },
                                   .promise = "redis-server --sentinel to answer PING",
                                   .log = "sentinel.log"});
  if (!wrong.empty()) return wrong;
  Result<RedisConnection> opened = RedisConnection::open(port());
  if (!opened) return opened.error();
  connection_ = std::move(opened).value();
  return {};
}

void SentinelProcess::crash() {
  if (connection_) child().kill();
  connection_.reset();
}

// What came due, or arrived, before the first question it has done when it answers; what it then had to say it has
// written when it answers the next one, on connections that were there, and the one after on those that it made.
std::uint16_t SentinelProcess::settle() const {
  const RedisCommand where =
      parse_redis_command(fmt::format("SENTINEL GET-MASTER-ADDR-BY-NAME {}", kWatched));
  RedisReply reply;
  for (int i = 0; i < 3; ++i) execute(where, reply);
  if (reply.elements().size() != 2) return 0;
  return read_number<std::uint16_t>(reply.elements()[1].text());
}

std::uint32_t SentinelProcess::term() const {
  RedisReply reply;
  execute(parse_redis_command(fmt::format("SENTINEL MASTER {}", kWatched)), reply);
  const auto& words = reply.elements();
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i].text() == "config-epoch") return read_number<std::uint32_t>(words[i + 1].text());
  }
  return 0;
}

}  // namespace picklock
