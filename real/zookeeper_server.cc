#include "real/zookeeper_server.h"

#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
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
    Result<ServerHome> home = ServerHome::make(options.parent, "zookeeper");
    if (!home) return Failed(home.error());
    ZooKeeperServerProcess server(options, std::move(home).value());
    if (!server.write_configuration()) {
      return Failed::failure("expected to write to " + server.home_.directory());
    }
    wrong = server.restart();
    if (wrong.empty()) return Failed(std::move(server));
  }
  return Failed(wrong);
}

bool ZooKeeperServerProcess::write_configuration() const {
  const auto tick = std::chrono::duration_cast<std::chrono::milliseconds>(options_.tick);
  const auto longest = std::chrono::milliseconds(kLongestSession);
  std::ofstream file(home_.directory() + "/zoo.cfg");
  file << fmt::format(
      "tickTime={}\ndataDir={}/data\nclientPort={}\nclientPortAddress=127.0.0.1\n"
      "maxSessionTimeout={}\nmaxClientCnxns=0\nadmin.enableServer=false\n"
      "4lw.commands.whitelist=srvr, dump\n",
      tick.count(), home_.directory(), port(), longest.count());
  return file.good();
}

std::vector<std::string> ZooKeeperServerProcess::command_line() const {
  const std::string log = home_.directory() + "/zookeeper.log";
  return {options_.java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
          // A JVM that is killed would leave these files behind elsewhere.
          "-XX:-UsePerfData", "-XX:ErrorFile=" + log, "-Djava.io.tmpdir=" + home_.directory(),
          "-Dorg.slf4j.simpleLogger.logFile=" + log,
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
          // What was written survives SIGKILL, as what was synced survives a power loss.
          "-Dzookeeper.forceSync=no", "-Dzookeeper.preAllocSize=64",
          // One thread does all input and output, in order: ZooKeeperWatch stands on it.
          "-Dzookeeper.nio.numSelectorThreads=1", "-Dzookeeper.nio.numWorkerThreads=0", "-cp",
          options_.jar + ":/usr/share/java/slf4j-simple.jar",
          "org.apache.zookeeper.server.ZooKeeperServerMain", home_.directory() + "/zoo.cfg"};
}

Diagnostics ZooKeeperServerProcess::restart() {
  return home_.start({.command = command_line(),
                      .environment = options_.environment,
                      .is_ready = [this] { return !ask_zookeeper(port(), "srvr").empty(); },
                      .promise = "ZooKeeper to serve",
                      .log = "zookeeper.log"});
}

void ZooKeeperServerProcess::forget_everything() {
  std::error_code ignored;  // what cannot be removed, the server will complain about
  std::filesystem::remove_all(home_.directory() + "/data", ignored);
}

}  // namespace picklock
