#include "real/zookeeper_server.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
#include "real/zookeeper_connection.h"

namespace picklock {
namespace {

bool takes_connections(std::uint16_t port) {
  const int file = connect_to(port);
  if (file >= 0) ::close(file);
  return file >= 0;
}

}  // namespace

Result<ZooKeeperServerProcess> ZooKeeperServerProcess::prepare(const Options& options) {
  using Failed = Result<ZooKeeperServerProcess>;
  if (!std::filesystem::exists(options.jar)) {
    return Failed::failure("expected " + options.jar + ". On Debian 12: apt-get install zookeeper");
  }
  if (!is_program(options.java)) {
    return Failed::failure("expected the program " + options.java +
                           " in PATH. On Debian 12: apt-get install default-jre-headless");
  }
  Result<ServerHome> home = ServerHome::make(options.parent, "zookeeper");
  if (!home) return Failed(home.error());
  ZooKeeperServerProcess server(options, std::move(home).value());
  if (!server.write_configuration()) {
    return Failed::failure("expected to write to " + server.home_.directory());
  }
  return Failed(std::move(server));
}

Result<ZooKeeperServerProcess> ZooKeeperServerProcess::start(const Options& options) {
  using Failed = Result<ZooKeeperServerProcess>;
  Diagnostics wrong;
  for (int i = 0; i < kServerStartTries; ++i) {
    Result<ZooKeeperServerProcess> prepared = prepare(options);
    if (!prepared) return prepared;
    wrong = prepared->restart();
    if (wrong.empty()) return prepared;
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
      "4lw.commands.whitelist=srvr, dump, mntr\n",
      tick.count(), home_.directory(), port(), longest.count());
  // How long its peers may be silent is counted in ticks, and on some connections in the machine's time: that no machine
  // is too slow for it.
  const auto patience = std::chrono::milliseconds(std::chrono::hours(1)) / tick + 1;
  if (!options_.ensemble.empty()) file << fmt::format("initLimit={0}\nsyncLimit={0}\n", patience);
  for (std::size_t i = 0; i < options_.ensemble.size(); ++i) {
    const Peer& peer = options_.ensemble[i];
    file << fmt::format("server.{}=127.0.0.1:{}:{}\n", i + 1, peer.quorum_port, peer.election_port);
  }
  return file.good();
}

std::vector<std::string> ZooKeeperServerProcess::command_line() const {
  const std::string log = home_.directory() + "/zookeeper.log";
  std::vector<std::string> words{
      options_.java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      // A JVM that is killed would leave these files behind elsewhere.
      "-XX:-UsePerfData", "-XX:ErrorFile=" + log, "-Djava.io.tmpdir=" + home_.directory(),
      "-Dorg.slf4j.simpleLogger.logFile=" + log, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
      // What was written survives SIGKILL, as what was synced survives a power loss.
      "-Dzookeeper.forceSync=no", "-Dzookeeper.preAllocSize=64",
      // One thread does all input and output, in order: ZooKeeperWatch stands on it.
      "-Dzookeeper.nio.numSelectorThreads=1", "-Dzookeeper.nio.numWorkerThreads=0"};
  if (!options_.ensemble.empty()) {
    // One thread answers requests, and no connection ends before its session does.
    words.emplace_back("-Dzookeeper.commitProcessor.numWorkerThreads=0");
    words.emplace_back("-Dzookeeper.nio.sessionlessCnxnTimeout=1000000000");
    words.emplace_back("-Duser.timezone=UTC");
  }
  words.insert(words.end(),
               {"-cp", options_.jar + ":/usr/share/java/slf4j-simple.jar",
                options_.ensemble.empty() ? "org.apache.zookeeper.server.ZooKeeperServerMain"
                                          : "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                home_.directory() + "/zoo.cfg"});
  return words;
}

bool ZooKeeperServerProcess::is_ready() const {
  if (options_.ensemble.empty()) return !ask_zookeeper(port(), "srvr").empty();
  return takes_connections(port()) &&
         takes_connections(options_.ensemble[options_.place].election_port);
}

ServerHome::Start ZooKeeperServerProcess::how_to_start() {
  return {.command = command_line(),
          .environment = options_.environment,
          .is_ready = [this] { return is_ready(); },
          .promise = "ZooKeeper to serve",
          .log = "zookeeper.log"};
}

Diagnostics ZooKeeperServerProcess::launch() {
  if (!options_.ensemble.empty()) {
    std::error_code ignored;  // what cannot be written, the server will complain about
    std::filesystem::create_directory(home_.directory() + "/data", ignored);
    std::ofstream(home_.directory() + "/data/myid") << options_.place + 1;
  }
  return home_.launch(how_to_start());
}

Diagnostics ZooKeeperServerProcess::await() {
  return home_.await(how_to_start());
}

Diagnostics ZooKeeperServerProcess::restart() {
  const Diagnostics wrong = launch();
  return wrong.empty() ? await() : wrong;
}

void ZooKeeperServerProcess::forget_everything() {
  std::error_code ignored;  // what cannot be removed, the server will complain about
  std::filesystem::remove_all(home_.directory() + "/data", ignored);
}

Diagnostics ZooKeeperServerProcess::copy_data(const char* from, const char* to) const {
  std::error_code failed;
  std::filesystem::remove_all(home_.directory() + to, failed);
  std::filesystem::copy(home_.directory() + from, home_.directory() + to,
                        std::filesystem::copy_options::recursive, failed);
  if (!failed) return {};
  return {{.expected = "expected to copy " + home_.directory() + from + ": " + failed.message()}};
}

}  // namespace picklock
