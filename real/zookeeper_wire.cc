#include "real/zookeeper_wire.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "real/jute.h"
#include "sim/servers/zookeeper_tree.h"
#include "sim/zookeeper_client.h"

namespace picklock {
namespace {

constexpr std::int32_t kEnvelopeXid =
    0x7069636b;  // no xid comes near it: they are small, or negative
constexpr std::int32_t kSetWatches = 101;
constexpr std::int32_t kAddWatch = 106;
constexpr std::int32_t kSync = 9;
constexpr std::int32_t kRecursive = 1;
constexpr std::int32_t kEphemeral = 1;
constexpr std::int32_t kSequential = 2;
constexpr std::int32_t kEverything = 31;  // read, write, create, delete, admin

// In the order of ZkOp. Those that answer with more are taken: create2 and getChildren2.
constexpr std::array<std::int32_t, 9> kTypes{15, 2, 3, 4, 5, 12, 11, -10, -11};

constexpr std::array<std::pair<std::int32_t, ZkCode>, 8> kErrors{
    {{0, ZkCode::ok},
     {-101, ZkCode::no_node},
     {-110, ZkCode::node_exists},
     {-103, ZkCode::bad_version},
     {-111, ZkCode::not_empty},
     {-108, ZkCode::no_children_for_ephemerals},
     {-8, ZkCode::bad_arguments},
     {-112, ZkCode::session_expired}}};

std::int32_t type_of(ZkOp op) {
  return kTypes.at(static_cast<std::size_t>(op));
}

JuteReader body_of(std::string_view frame) {
  return JuteReader(frame.substr(std::min(FrameStream::kHead, frame.size())));
}

ZkStat read_stat(JuteReader& from) {
  ZkStat stat;
  stat.czxid = from.i64();
  stat.mzxid = from.i64();
  from.i64();  // the time of the creation
  from.i64();  // and of the last change
  stat.version = from.i32();
  stat.cversion = from.i32();
  from.i32();  // the version of the access control list
  stat.ephemeral_owner = from.i64();
  stat.data_length = from.i32();
  stat.children = from.i32();
  from.i64();  // the last change of the children
  return stat;
}

void write_create(JuteWriter& to, const ZkRequest& request) {
  to.text(request.path);
  to.text(request.data);
  to.i32(1);  // one entry of the access control list: anyone may do everything
  to.i32(kEverything);
  to.text("world");
  to.text("anyone");
  to.i32((request.ephemeral ? kEphemeral : 0) | (request.sequential ? kSequential : 0));
}

}  // namespace

std::string zk_handshake_frame(Duration session_timeout) {
  return jute_frame([&](JuteWriter& to) {
    to.i32(0);  // the version of the protocol
    to.i64(0);  // no transaction was seen
    const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(session_timeout);
    to.i32(static_cast<std::int32_t>(timeout.count()));
    to.i64(0);          // no session is there
    to.text({});        // nor its password
    to.boolean(false);  // a server that can only be read will not do
  });
}

bool read_zk_handshake(std::string_view frame, ZkHandshake& granted) {
  JuteReader from = body_of(frame);
  from.i32();
  granted.timeout = std::chrono::milliseconds(from.i32());
  granted.session = from.i64();
  from.text();
  return from.is_whole();
}

ZkHeader read_zk_header(std::string_view frame) {
  JuteReader from = body_of(frame);
  ZkHeader header;
  header.xid = from.i32();
  header.zxid = from.i64();
  header.error = from.i32();
  return header;
}

bool has_valid_path(const ZkRequest& request) {
  if (request.op >= ZkOp::ping) return true;  // these have none
  const bool is_prefix = request.op == ZkOp::create && request.sequential;
  return is_valid_znode_path(is_prefix ? request.path + "1" : request.path);
}

std::string zk_request_frame(std::int32_t xid, const ZkRequest& request) {
  return jute_frame([&](JuteWriter& to) {
    to.i32(xid);
    to.i32(type_of(request.op));
    switch (request.op) {
      case ZkOp::create:
        return write_create(to, request);
      case ZkOp::remove:
        to.text(request.path);
        return to.i32(request.version);
      case ZkOp::set:
        to.text(request.path);
        to.text(request.data);
        return to.i32(request.version);
      case ZkOp::exists:
      case ZkOp::get:
      case ZkOp::get_children:
        to.text(request.path);
        return to.boolean(request.watch);
      case ZkOp::ping:
      case ZkOp::connect:
      case ZkOp::close:
        return;
    }
  });
}

bool read_zk_reply(std::string_view frame, ZkOp op, ZkReply& reply) {
  reply = ZkReply{};
  JuteReader from = body_of(frame);
  from.i32();
  from.i64();
  const auto known =
      std::ranges::find(kErrors, from.i32(), &std::pair<std::int32_t, ZkCode>::first);
  if (!from.is_whole() || known == kErrors.end()) return false;
  reply.code = known->second;
  if (!reply.is_ok()) return true;
  if (op == ZkOp::create) reply.path = from.text();
  if (op == ZkOp::get) reply.data = from.text();
  if (op == ZkOp::get_children) {
    reply.children = from.texts();
    std::ranges::sort(reply.children);  // the server has them in no order
  }
  const bool bare = op == ZkOp::remove || op == ZkOp::ping || op == ZkOp::close;
  if (!bare) reply.stat = read_stat(from);
  return from.is_whole();
}

bool read_zk_notification(std::string_view frame, ZkEvent& event) {
  JuteReader from = body_of(frame);
  from.i32();
  from.i64();
  from.i32();
  const std::int32_t type = from.i32();
  from.i32();  // the state of the connection: it is there
  event.path = from.text();
  event.kind =
      static_cast<ZkEventKind>(type - 1);  // both count created, deleted, changed, children
  return from.is_whole() && type >= 1 && event.is_watch();
}

std::string zk_watch_tree_frame(std::int32_t xid, std::string_view path) {
  return jute_frame([&](JuteWriter& to) {
    to.i32(xid);
    to.i32(kAddWatch);
    to.text(path);
    to.i32(kRecursive);
  });
}

std::string zk_sync_frame(std::int32_t xid) {
  return jute_frame([&](JuteWriter& to) {
    to.i32(xid);
    to.i32(kSync);
    to.text("/");
  });
}

std::string zk_envelope_frame(const Caller& caller) {
  return jute_frame([&](JuteWriter& to) {
    to.i32(kEnvelopeXid);
    for (const std::uint32_t id : {caller.client.value(), caller.op.value(), caller.hold.value()}) {
      to.i32(static_cast<std::int32_t>(id));
    }
  });
}

bool read_zk_envelope(std::string_view frame, Caller& caller) {
  JuteReader from = body_of(frame);
  if (from.i32() != kEnvelopeXid) return false;
  const auto number = [&] { return static_cast<std::uint32_t>(from.i32()); };
  caller.client = NodeId(number());
  caller.op = OpId(number());
  caller.hold = OpId(number());
  return from.is_whole();
}

bool ZkRequestSight::is(ZkOp op) const {
  return type == type_of(op);
}

std::string_view ZkRequestSight::name() const {
  const auto known = std::ranges::find(kTypes, type);
  if (known == kTypes.end()) return type == kSetWatches ? "set_watches" : "request";
  return ZooKeeperProtocol::kNames.at(static_cast<std::size_t>(known - kTypes.begin()));
}

ZkRequestSight read_zk_request(std::string_view frame) {
  JuteReader from = body_of(frame);
  ZkRequestSight sight;
  from.i32();
  sight.type = from.i32();
  if (sight.is(ZkOp::ping) || sight.is(ZkOp::close) || sight.type == kSetWatches) return sight;
  sight.path = from.text();
  if (!sight.is(ZkOp::create)) return sight;
  from.text();
  for (std::int32_t left = from.i32(); left > 0 && from.is_whole(); --left) {
    from.i32();
    from.text();
    from.text();
  }
  sight.ephemeral = (from.i32() & kEphemeral) != 0;
  return sight;
}

}  // namespace picklock
