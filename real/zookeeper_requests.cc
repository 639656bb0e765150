// The requests of a handle, and their answers.
#include <zookeeper/zookeeper.h>

#include <algorithm>
#include <array>
#include <memory>

#include "real/zookeeper_handle.h"

namespace picklock {
namespace {

ZkCode code_of(int code) {
  constexpr std::array<std::pair<int, ZkCode>, 8> kCodes{
      {{ZOK, ZkCode::ok},
       {ZNONODE, ZkCode::no_node},
       {ZNODEEXISTS, ZkCode::node_exists},
       {ZBADVERSION, ZkCode::bad_version},
       {ZNOTEMPTY, ZkCode::not_empty},
       {ZNOCHILDRENFOREPHEMERALS, ZkCode::no_children_for_ephemerals},
       {ZBADARGUMENTS, ZkCode::bad_arguments},
       {ZSESSIONEXPIRED, ZkCode::session_expired}}};
  for (const auto& [number, known] : kCodes) {
    if (code == number) return known;
  }
  return ZkCode::connection_loss;
}

ZkStat stat_of(const Stat& stat) {
  return {.czxid = stat.czxid,
          .mzxid = stat.mzxid,
          .version = stat.version,
          .cversion = stat.cversion,
          .ephemeral_owner = stat.ephemeralOwner,
          .data_length = stat.dataLength,
          .children = stat.numChildren};
}

}  // namespace

// What the library gives back with an answer.
struct ZooKeeperHandle::Call {
  ZooKeeperHandle& handle;
  std::uint64_t number;
};

// Each is called once for its call.
struct ZooKeeperHandle::Answers {
  static void tell(const void* data, int code, const Stat* stat, ZkReply reply = {}) {
    const std::unique_ptr<const Call> call(static_cast<const Call*>(data));
    reply.code = code_of(code);
    if (code == ZOK && stat != nullptr) reply.stat = stat_of(*stat);
    call->handle.news_.push_back(
        {.kind = ZkNews::Kind::answered, .number = call->number, .reply = std::move(reply)});
  }

  static void none(int code, const void* data) { tell(data, code, nullptr); }
  static void stat(int code, const Stat* stat, const void* data) { tell(data, code, stat); }
  static void created(int code, const char* path, const Stat* stat, const void* data) {
    ZkReply reply;
    if (code == ZOK) reply.path = path;
    tell(data, code, stat, std::move(reply));
  }
  static void content(int code, const char* bytes, int length, const Stat* stat, const void* data) {
    ZkReply reply;
    if (code == ZOK && length > 0) reply.data.assign(bytes, static_cast<std::size_t>(length));
    tell(data, code, stat, std::move(reply));
  }
  static void children(int code, const String_vector* names, const Stat* stat, const void* data) {
    ZkReply reply;
    for (int i = 0; code == ZOK && i < names->count; ++i) {
      reply.children.emplace_back(names->data[i]);
    }
    std::ranges::sort(reply.children);  // the server has them in no order
    tell(data, code, stat, std::move(reply));
  }
};

void ZooKeeperHandle::ask(const ZkRequest& request, std::uint64_t number) {
  const ZooKeeperSystem::Use use(system_);
  Call* const call = new Call{*this, number};
  const int code = send(request, call);
  if (code != ZOK) Answers::none(code, call);
}

int ZooKeeperHandle::send(const ZkRequest& request, Call* call) {
  const char* const path = request.path.c_str();
  const char* const data = request.data.c_str();
  const auto length = static_cast<int>(request.data.size());
  const int watch = request.watch ? 1 : 0;
  switch (request.op) {
    case ZkOp::create: {
      const int kind =
          (request.ephemeral ? ZOO_EPHEMERAL : 0) | (request.sequential ? ZOO_SEQUENCE : 0);
      return zoo_acreate2(library_, path, data, length, &ZOO_OPEN_ACL_UNSAFE, kind,
                          Answers::created, call);
    }
    case ZkOp::remove:
      return zoo_adelete(library_, path, request.version, Answers::none, call);
    case ZkOp::exists:
      return zoo_aexists(library_, path, watch, Answers::stat, call);
    case ZkOp::get:
      return zoo_aget(library_, path, watch, Answers::content, call);
    case ZkOp::set:
      return zoo_aset(library_, path, data, length, request.version, Answers::stat, call);
    case ZkOp::get_children:
      return zoo_aget_children2(library_, path, watch, Answers::children, call);
    case ZkOp::ping:
    case ZkOp::connect:
    case ZkOp::close:
      break;
  }
  return ZBADARGUMENTS;  // these are no requests of the library
}

}  // namespace picklock
