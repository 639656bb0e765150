// The append-only file of one redis-server that runs alone, and what of it a power loss leaves.
//
// Whether and when the file is synced, redis-server decides; the shim in it notes what was (fsync_shim.cc). With
// `everysec` it decides by its wall clock, which is ours (sim/every_second.h): so true time stops where it will
// want to, and whenever it may want to, nothing goes on before it has. A sync takes no true time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "real/real_servers.h"
#include "real/redis_connection.h"
#include "real/redis_server.h"
#include "real/shared_memory.h"
#include "real/synced_files.h"
#include "sim/every_second.h"

namespace picklock {

class AppendOnlyFile {
 public:
  // Whether the outcome of this scenario depends on what was synced.
  static bool matters(const Scenario& scenario);

  // What the context refers to outlives it.
  static Result<std::unique_ptr<AppendOnlyFile>> create(const RealServerContext& context,
                                                        NodeId server);
  // What the environment of the server must say.
  std::string environment() const { return "PICKLOCK_SYNCED_FILES=" + memory_.path(); }

  // The server has just started. Empty: it answers.
  Diagnostics begin(RedisServerProcess& server);
  // A command was executed, the server's clock was changed, or it was resumed: it has synced what it wants to sync.
  Diagnostics settle();
  // The key may have died by now: the server finds out.
  Diagnostics drop_if_dead(const std::string& key);
  // The server is dead. A power loss takes what was not synced.
  Diagnostics on_crash(bool power_loss);
  // It begins a new life with an empty directory.
  void forget() { files().forget(); }

 private:
  struct Extent {
    std::uint64_t written = 0;  // bytes
    std::uint64_t synced = 0;
  };

  AppendOnlyFile(const RealServerContext& context, NodeId server, SharedMemory memory);
  SyncedFiles& files() const { return *static_cast<SyncedFiles*>(memory_.data()); }
  Result<bool> is_at_rest() const;
  Extent extent() const;
  LocalTime wall_time() const;
  void watch();

  RealServerContext context_;
  NodeId server_;
  SharedMemory memory_;
  std::string folder_;
  std::optional<RedisConnection> connection_;  // none: the server is down
  EverySecond syncs_;
  Extent known_;             // when it was last at rest
  std::uint64_t begun_ = 0;  // bytes when it started, which it takes as synced
  EventLoop::Timer next_{};
};

}  // namespace picklock
