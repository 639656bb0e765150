// What the relay must understand of a protocol: where its messages begin and end, what they are called, and
// which of them nobody asked for. A kind of server gives its own (real/real_servers.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/rpc.h"

namespace picklock {

// One connection between a client and its server, seen from between them. Each request has one reply, and
// replies come in the order of their requests; a server may also speak without being asked.
class RelayProtocol {
 public:
  struct Request {
    std::string bytes;
    std::string name;  // what fault patterns and anchors call it
    Caller caller;     // as the envelope in front of it said
  };
  struct FromServer {
    std::string_view bytes;  // valid until the next call of any function
    std::string_view name;   // of what nobody asked for; empty: the reply to the oldest request
  };

  virtual ~RelayProtocol() = default;

  // A connection begins with a greeting: when the server has lost it, another one cannot go on with it.
  virtual bool has_greeting() const { return false; }
  virtual void feed_from_client(std::string_view bytes) = 0;
  // The next whole request; nothing when more is needed. Envelopes are taken off.
  virtual std::optional<Request> next_request() = 0;
  virtual void feed_from_server(std::string_view bytes) = 0;
  virtual std::optional<FromServer> next_from_server() = 0;
  // The bytes of one side are not of this protocol: nothing will come from it any more.
  virtual bool is_client_broken() const = 0;
  virtual bool is_server_broken() const = 0;
};

using MakeRelayProtocol = std::function<std::unique_ptr<RelayProtocol>()>;

// RESP2, as Redis and the resource speak it: nothing comes unasked.
std::unique_ptr<RelayProtocol> make_resp_relay_protocol();

}  // namespace picklock
