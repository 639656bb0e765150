// Where the sentinels of a real run find the servers and one another: a port for each, behind which picklock stands and
// takes what they say, request by request.
//
// A reply is known by its place on its connection. So where one was lost, whatever comes behind it is preceded by one
// that a sentinel does not read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/redis_client.h"
#include "base/result.h"
#include "real/resp_stream.h"
#include "sim/sentinel_message.h"

namespace picklock {

class SentinelGate {
 public:
  // What a sentinel asks of a node; both are known by their places.
  struct Request {
    std::size_t sentinel = 0;
    std::size_t to = 0;
    SentinelMessage::Kind kind{};
    RedisCommand command;  // of an order: REPLICAOF alone
    std::uint64_t connection = 0;
    std::uint64_t ordinal = 0;  // on its connection
  };

  SentinelGate() = default;
  SentinelGate(const SentinelGate&) = delete;
  SentinelGate& operator=(const SentinelGate&) = delete;
  ~SentinelGate();

  Diagnostics open(std::size_t nodes);
  std::uint16_t port(std::size_t node) const { return doors_[node].port; }
  // What the node at this place calls itself, as Redis has it: forty characters.
  static std::string id_of(std::size_t place);
  // The place of the node behind this port; nodes: none.
  std::size_t behind(std::uint16_t port) const;

  // Begins a run: nobody is connected.
  void begin_run();
  // Takes what has arrived. False: nothing has, nor has anybody come or gone.
  bool take(std::vector<Request>& requests);
  // Nothing happens when the connection has ended meanwhile.
  void reply(const Request& request, std::string_view bytes);
  // To who subscribes: a hello that this node passes on.
  void pass_on(std::size_t node, std::size_t sentinel, std::string_view hello);
  bool is_connected(std::size_t sentinel, std::size_t node) const;
  void hang_up(std::size_t sentinel, std::size_t node);
  void hang_up_all(std::size_t sentinel);
  // A node without a process: who connects is sent away.
  void set_refusing(std::size_t node, bool refuses) { doors_[node].refuses = refuses; }

 private:
  struct Door {
    int listener = -1;
    std::uint16_t port = 0;
    bool refuses = false;
  };
  struct Awaited {
    std::uint64_t ordinal = 0;
    SentinelMessage::Kind kind{};
  };
  struct Connection {
    int file = -1;
    std::size_t to = 0;
    std::size_t sentinel = 0;
    bool is_known = false;  // it has said who it is
    bool subscribes = false;
    RespStream stream;
    std::deque<Awaited> awaited;
    RedisCommand order;  // in a transaction
    std::uint64_t last = 0;
  };

  bool accept(std::size_t node);
  // False: it has ended.
  bool read(std::uint64_t number, Connection& connection, std::vector<Request>& requests);
  void on_command(std::uint64_t number, Connection& connection, const RedisCommand& command,
                  std::vector<Request>& requests);
  template <class Which>
  void close_those(const Which& which);

  std::vector<Door> doors_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t last_connection_ = 0;
};

}  // namespace picklock
