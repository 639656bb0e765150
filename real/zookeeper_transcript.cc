#include "real/zookeeper_transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/hash.h"

namespace picklock {
namespace {

// In the order of ZkCode.
constexpr std::array<std::string_view, 9> kCodes{"ok",
                                                 "no node",
                                                 "node exists",
                                                 "bad version",
                                                 "not empty",
                                                 "no children for ephemerals",
                                                 "bad arguments",
                                                 "session expired",
                                                 "connection loss"};
constexpr std::array<std::string_view, 4> kEvents{"created", "deleted", "changed",
                                                  "children changed"};
constexpr std::array<std::string_view, 9> kOps{"create",   "delete", "exists",  "get",  "set",
                                               "children", "ping",   "connect", "close"};

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

// --- The script ---------------------------------------------------------------------------------------

std::uint64_t ZooKeeperScript::below(std::uint64_t limit) {
  return mix(mix(seed_) + draws_++) % limit;
}

// Few paths, so that operations meet. All of them are paths: the others are refused by the client libraries,
// before the service sees them. Nothing is done to /zookeeper/config, which the access control guards.
std::string ZooKeeperScript::path() {
  static const std::vector<std::string> kPaths{"/a",   "/b", "/a/x", "/a/y", "/a/x/1", "/b/x",
                                               "/b/x", "/a", "/b",   "/c",   "/"};
  static const std::vector<std::string> kSpecial{"/zookeeper", "/zookeeper/quota", "/a/x-", "/..a"};
  if (below(25) == 0) return kSpecial.at(below(kSpecial.size()));
  return kPaths.at(below(kPaths.size()));
}

ZkRequest ZooKeeperScript::request() {
  ZkRequest request;
  constexpr std::array kOften{ZkOp::create,       ZkOp::create, ZkOp::create, ZkOp::remove,
                              ZkOp::remove,       ZkOp::exists, ZkOp::exists, ZkOp::get,
                              ZkOp::get_children, ZkOp::set,    ZkOp::set,    ZkOp::ping};
  request.op = below(60) == 0 ? ZkOp::close : kOften.at(below(kOften.size()));
  if (request.op == ZkOp::close || request.op == ZkOp::ping) return request;
  request.path = path();
  switch (request.op) {
    case ZkOp::create:
      request.ephemeral = below(3) == 0;
      request.sequential = below(3) == 0;
      [[fallthrough]];
    case ZkOp::set:
      request.data = std::string(below(4), 'x');
      break;
    default:
      break;
  }
  if (request.op == ZkOp::set || request.op == ZkOp::remove) {
    request.version = static_cast<std::int32_t>(below(4)) - 1;
  } else if (request.op != ZkOp::create) {
    request.watch = below(2) == 0;
  }
  return request;
}

ZooKeeperScript::Step ZooKeeperScript::next() {
  Step step;
  step.slot = below(kZkSlots);
  if (below(12) == 0) {
    // Often a little, sometimes to the millisecond of a tick or next to it, beyond a session or not.
    step.kind = Step::Kind::time;
    const std::uint64_t tick = now_ms_ / 2000 + 1 + (below(4) == 0 ? 2 : 0);
    const std::uint64_t then = below(3) == 0 ? tick * 2000 - 1 + below(3) : now_ms_ + below(700);
    step.by = std::chrono::milliseconds(std::max(then, now_ms_) - now_ms_);
    now_ms_ = std::max(then, now_ms_);
  } else if (!open_.at(step.slot)) {
    step.kind = Step::Kind::open;
  } else {
    step.kind = Step::Kind::request;
    step.request = request();
  }
  return step;
}

// --- The transcript -----------------------------------------------------------------------------------

std::string ZooKeeperTranscriber::text(const ZkStat& stat) const {
  return fmt::format(" c{} m{} v{} cv{} e{} d{} n{}", stat.czxid, stat.mzxid, stat.version,
                     stat.cversion, service_.owner(stat.ephemeral_owner), stat.data_length,
                     stat.children);
}

std::string ZooKeeperTranscriber::request_text(const ZkRequest& asked, const ZkReply& reply) const {
  std::string line = fmt::format(" {} {}", name_of(kOps, asked.op), asked.path);
  if (asked.ephemeral) line += " ephemeral";
  if (asked.sequential) line += " sequential";
  if (asked.watch) line += " watch";
  if (asked.version != -1) line += fmt::format(" v{}", asked.version);
  if (!asked.data.empty()) line += fmt::format(" \"{}\"", asked.data);
  line += fmt::format(" = {}", name_of(kCodes, reply.code));
  if (!reply.is_ok()) return line;
  if (!reply.path.empty()) line += " " + reply.path;
  if (!reply.data.empty()) line += fmt::format(" \"{}\"", reply.data);
  for (const std::string& child : reply.children) line += " " + child;
  const bool bare = asked.op == ZkOp::remove || asked.op == ZkOp::ping || asked.op == ZkOp::close;
  return bare ? line : line + text(reply.stat);
}

std::string ZooKeeperTranscriber::carry_out(const ZooKeeperScript::Step& step,
                                            const Seen& elsewhere) {
  using Kind = ZooKeeperScript::Step::Kind;
  seen_ = Seen{};
  std::string line = std::to_string(step.slot + 1);
  if (step.kind == Kind::time) {
    seen_.expired = service_.advance(step.by, elsewhere.expired);
    const auto by = std::chrono::duration_cast<std::chrono::milliseconds>(step.by);
    line = fmt::format("+ {}ms:", by.count());
    for (const std::size_t slot : seen_.expired) line += fmt::format(" {}", slot + 1);
  } else if (step.kind == Kind::open) {
    line += service_.open(step.slot) ? " open" : " open fails";
    unordered_.at(step.slot) = false;
  } else {
    ZkReply reply;
    service_.apply(step.slot, step.request, reply);
    line += request_text(step.request, reply);
  }
  seen_.has_no_order = elsewhere.has_no_order || service_.has_no_order();
  if (seen_.has_no_order) unordered_.fill(true);
  if (step.kind != Kind::request) return line + "\n";

  std::vector<std::string> events;
  for (const ZkEvent& event : service_.events(step.slot)) {
    events.push_back(fmt::format("    ! {} {}\n", name_of(kEvents, event.kind), event.path));
  }
  if (std::exchange(unordered_.at(step.slot), false)) std::ranges::sort(events);
  return fmt::format("{}\n{}", line, fmt::join(events, ""));
}

}  // namespace picklock
