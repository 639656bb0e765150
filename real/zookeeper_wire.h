// ZooKeeper's wire protocol, as far as picklock speaks it in its own sessions, and reads it between clients and servers;
// and the envelope that a client process puts in front of each request.
//
// Source: zookeeper.jute, ZooDefs and KeeperException of Apache ZooKeeper 3.8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "base/time.h"
#include "sim/rpc.h"

namespace picklock {

// The first frame of a connection, which asks for a new session.
std::string zk_handshake_frame(Duration session_timeout);
// What the service says to a first frame; a session of 0: the one that was asked for has expired.
struct ZkHandshake {
  std::int64_t session = 0;
  Duration timeout{};
};
// False: this is no such reply.
bool read_zk_handshake(std::string_view frame, ZkHandshake& granted);

// What is in front of every other frame of a server.
struct ZkHeader {
  std::int32_t xid = 0;
  std::int64_t zxid = 0;
  std::int32_t error = 0;
};
inline constexpr std::int32_t kZkNotificationXid = -1;
inline constexpr std::int32_t kZkPingXid = -2;

ZkHeader read_zk_header(std::string_view frame);
// False: the client libraries refuse the request as bad_arguments without sending it.
bool has_valid_path(const ZkRequest& request);
std::string zk_request_frame(std::int32_t xid, const ZkRequest& request);
// The reply to a request of this kind; an error that no model knows is a broken frame. False: it is broken.
bool read_zk_reply(std::string_view frame, ZkOp op, ZkReply& reply);
// A frame with kZkNotificationXid.
bool read_zk_notification(std::string_view frame, ZkEvent& event);

// A watch that stays, on the node and on all below it.
std::string zk_watch_tree_frame(std::int32_t xid, std::string_view path);
// Answered when a follower's leader has dealt with it, which it does behind all that the follower sent before.
std::string zk_sync_frame(std::int32_t xid);

std::string zk_envelope_frame(const Caller& caller);
// False when it is none.
bool read_zk_envelope(std::string_view frame, Caller& caller);

// A request as somebody between client and server sees it; of a frame that is not the first one.
struct ZkRequestSight {
  std::int32_t type = 0;  // as on the wire
  std::string_view path;
  bool ephemeral = false;

  bool is(ZkOp op) const;
  // As scenarios call it: "create", "ping", ...
  std::string_view name() const;
};
ZkRequestSight read_zk_request(std::string_view frame);

}  // namespace picklock
