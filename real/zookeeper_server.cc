#include "real/zookeeper_server.h"

#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
#include "real/server_start.h"
#include "real/zookeeper_connection.h"

namespace picklock {

Result<ZooKeeperServerProcess> ZooKeeperServerProcess::start(const Options& options) {
  using Failed = Result<ZooKeeperServerProcess>;
  if (!std::filesystem::exists(options.jar)) {
    return Failed::failure("expected " + options.jar + ". On Debian 12: apt-get install zookeeper");
  }
  if (!is_program(options.java)) {
    return Failed::failure("expected the program " + options.java +
                           " in PATH. On Debian 12: apt-get install default-jre-headless");
  }
  Diagnostics wrong;
  for (int i = 0; i < kServerStartTries; ++i) {
    ZooKeeperServerProcess server(options);
    Result<std::string> directory = make_server_directory(options.parent, "zookeeper");
    if (!directory) return Failed(directory.error());
    server.directory_ = std::move(directory).value();
    server.port_ = free_loopback_port();
    if (server.port_ == 0) return Failed::failure("expected a free TCP port on 127.0.0.1");
    if (!server.write_configuration()) {
      return Failed::failure("expected to write to " + server.directory_);
    }
    wrong = server.restart();
    if (wrong.empty()) return Failed(std::move(server));
  }
  return Failed(wrong);
}

bool ZooKeeperServerProcess::write_configuration() const {
  const auto tick = std::chrono::duration_cast<std::chrono::milliseconds>(options_.tick);
  const auto longest = std::chrono::milliseconds(kLongestSession);
  std::ofstream file(directory_ + "/zoo.cfg");
  file << fmt::format(
      "tickTime={}\ndataDir={}/data\nclientPort={}\nclientPortAddress=127.0.0.1\n"
      "maxSessionTimeout={}\nmaxClientCnxns=0\nadmin.enableServer=false\n"
      "4lw.commands.whitelist=srvr, dump\n",
      tick.count(), directory_, port_, longest.count());
  return file.good();
}

std::vector<std::string> ZooKeeperServerProcess::command_line() const {
  const std::string log = directory_ + "/zookeeper.log";
  return {options_.java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
          // A JVM that is killed would leave these files behind elsewhere.
          "-XX:-UsePerfData", "-XX:ErrorFile=" + log, "-Djava.io.tmpdir=" + directory_,
          "-Dorg.slf4j.simpleLogger.logFile=" + log,
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
          // What was written survives SIGKILL, as what was synced survives a power loss.
          "-Dzookeeper.forceSync=no", "-Dzookeeper.preAllocSize=64",
          // One thread does all input and output, in order: ZooKeeperWatch stands on it.
          "-Dzookeeper.nio.numSelectorThreads=1", "-Dzookeeper.nio.numWorkerThreads=0", "-cp",
          options_.jar + ":/usr/share/java/slf4j-simple.jar",
          "org.apache.zookeeper.server.ZooKeeperServerMain", directory_ + "/zoo.cfg"};
}

Diagnostics ZooKeeperServerProcess::restart() {
  Result<Child> child = Child::run(command_line(), options_.environment);
  if (!child) return child.error();
  child_.emplace(std::move(child).value());
  const auto serves = [this] { return !ask_zookeeper(port_, "srvr").empty(); };
  if (wait_until_ready(*child_, serves)) return {};
  const auto status = child_->ended();
  return {{.expected = fmt::format("expected ZooKeeper to serve on 127.0.0.1:{}, but it {}{}",
                                   port_, status ? describe_end(*status) : "did not",
                                   last_words(directory_ + "/zookeeper.log"))}};
}

void ZooKeeperServerProcess::forget_everything() {
  std::error_code ignored;  // what cannot be removed, the server will complain about
  std::filesystem::remove_all(directory_ + "/data", ignored);
}

ZooKeeperServerProcess::ZooKeeperServerProcess(ZooKeeperServerProcess&& other) noexcept
    : options_(std::move(other.options_)),
      child_(std::exchange(other.child_, std::nullopt)),
      port_(other.port_),
      directory_(std::exchange(other.directory_, {})) {}

ZooKeeperServerProcess& ZooKeeperServerProcess::operator=(ZooKeeperServerProcess&& other) noexcept {
  if (this == &other) return *this;
  stop();
  options_ = std::move(other.options_);
  child_ = std::exchange(other.child_, std::nullopt);
  port_ = other.port_;
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

ZooKeeperServerProcess::~ZooKeeperServerProcess() {
  stop();
}

void ZooKeeperServerProcess::stop() {
  child_.reset();
  if (!directory_.empty()) {
    std::error_code ignored;  // a directory that cannot be removed is no reason to fail a run
    std::filesystem::remove_all(directory_, ignored);
    directory_.clear();
  }
}

}  // namespace picklock
