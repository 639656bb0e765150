#include "real/append_only_file.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <new>
#include <utility>

#include "real/patience.h"
#include "real/redis_info.h"
#include "real/resp.h"

namespace picklock {
namespace {

namespace fs = std::filesystem;

// All zero when it is not there.
struct stat look_at(const fs::path& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0) return {};
  return seen;
}

}  // namespace

bool AppendOnlyFile::matters(const Scenario& scenario) {
  const ServersSpec& servers = scenario.servers;
  if (servers.replicas > 0 || servers.aof == AofPolicy::off) return false;
  // With `everysec` a sync that goes on keeps even what is written next out of the file.
  return servers.aof == AofPolicy::everysec ||
         std::ranges::any_of(scenario.faults, &Fault::power_loss);
}

Result<std::unique_ptr<AppendOnlyFile>> AppendOnlyFile::create(const RealServerContext& context,
                                                               NodeId server) {
  using Made = Result<std::unique_ptr<AppendOnlyFile>>;
  Result<SharedMemory> memory = SharedMemory::create("picklock-synced", sizeof(SyncedFiles));
  if (!memory) return Made(memory.error());
  ::new (memory->data()) SyncedFiles;
  return Made(std::unique_ptr<AppendOnlyFile>(
      new AppendOnlyFile(context, server, std::move(memory).value())));
}

AppendOnlyFile::AppendOnlyFile(const RealServerContext& context, NodeId server, SharedMemory memory)
    : context_(context), server_(server), memory_(std::move(memory)) {}

Diagnostics AppendOnlyFile::begin(RedisServerProcess& server) {
  folder_ = server.directory() + "/appendonlydir";
  Result<RedisConnection> opened = RedisConnection::open(server.port());
  if (!opened) return opened.error();
  connection_ = std::move(opened).value();
  known_ = extent();
  begun_ = known_.written;
  syncs_.begin(wall_time());
  watch();
  return {};
}

// What it found out before it answers the first question has begun when it answers the second.
Diagnostics AppendOnlyFile::settle() {
  constexpr std::chrono::seconds kPatience(20);
  const bool asks = context_.scenario.servers.aof == AofPolicy::everysec;
  if (!asks || !connection_ || context_.host.is_stopped(server_)) return {};
  Patience patience(kPatience);
  Result<bool> rests = is_at_rest();
  do {
    if (rests) rests = is_at_rest();
    if (!rests) return rests.error();
  } while (!rests.value() && !patience.is_over());
  if (!rests.value()) {
    return {{.expected = fmt::format("expected redis-server to sync its file within {} s",
                                     kPatience.count())}};
  }
  const Extent before = std::exchange(known_, extent());
  if (known_.synced > before.synced) syncs_.synced(wall_time());
  watch();
  return {};
}

Result<bool> AppendOnlyFile::is_at_rest() const {
  RedisReply reply;
  connection_->execute(parse_redis_command("INFO persistence"), reply);
  const std::string_view syncing = info_value(reply.text(), "aof_pending_bio_fsync:");
  if (syncing.empty()) {
    return Result<bool>::failure("expected a server to say what it has synced, but it is gone");
  }
  return Result<bool>(syncing == "0" && info_value(reply.text(), "aof_buffer_length:") == "0");
}

Diagnostics AppendOnlyFile::drop_if_dead(const std::string& key) {
  if (!connection_ || context_.host.is_stopped(server_)) return {};
  RedisCommand exists;
  exists.assign("EXISTS", key);
  RedisReply reply;
  connection_->execute(exists, reply);
  return settle();
}

AppendOnlyFile::Extent AppendOnlyFile::extent() const {
  Extent extent;
  std::error_code error;  // a folder that is not there yet holds nothing
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const struct stat file = look_at(entry.path());
    const auto size = static_cast<std::uint64_t>(file.st_size);
    extent.written += size;
    extent.synced += std::min(size, files().size_of(file.st_ino));
  }
  return extent;
}

LocalTime AppendOnlyFile::wall_time() const {
  return context_.state.clocks().nodes[server_.value()].read().wall.at(context_.loop.now());
}

void AppendOnlyFile::watch() {
  context_.loop.cancel(next_);
  const bool everysec = context_.scenario.servers.aof == AofPolicy::everysec;
  if (!everysec || known_.written <= std::max(begun_, known_.synced)) return;
  const Clock wall = context_.state.clocks().nodes[server_.value()].read().wall;
  const TrueTime at = wall.when(syncs_.next(), context_.loop.now());
  if (at == kNever) return;
  next_ = context_.loop.at(at, [this] {
    Diagnostics wrong = settle();
    if (!wrong.empty()) context_.host.fail(std::move(wrong));
  });
}

Diagnostics AppendOnlyFile::on_crash(bool power_loss) {
  context_.loop.cancel(next_);
  connection_.reset();
  if (!power_loss) return {};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const struct stat file = look_at(entry.path());
    const std::uint64_t kept = files().size_of(file.st_ino);
    if (kept >= static_cast<std::uint64_t>(file.st_size)) continue;
    fs::resize_file(entry.path(), kept, error);
    if (error) {
      return {{.expected = fmt::format("expected to cut {} off at {} bytes: {}",
                                       entry.path().string(), kept, error.message())}};
    }
  }
  return {};
}

}  // namespace picklock
