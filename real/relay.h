// The network of a real run: every message between a client and a server, or the resource, passes here.
//
// The relay holds each message back for as long as the scenario's network says, loses what a partition cuts,
// and hands requests to a server one at a time: so it is known after which request a server changed. What a
// message is, the server's protocol says (relay_protocol.h). A client keeps a connection of its own to each
// server behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "real/event_loop.h"
#include "real/relay_protocol.h"
#include "sim/rpc.h"

namespace picklock {

// What the network does to one message; the world decides it.
struct Passage {
  TrueTime at = kNever;       // when it arrives; kNever: it is lost
  TrueTime copy_at = kNever;  // when a request arrives again, on its own; kNever: it does not
};

// One request that a server has executed, and what it said.
struct Exchange {
  const Caller& caller;
  std::string_view name;
  std::string_view request;
  std::string_view reply;
  TrueTime earliest{};      // it was executed then, or later
  bool has_waited = false;  // inside the server
};

class RelayHost {
 public:
  virtual Passage pass(NodeId from, NodeId to, std::string_view what) = 0;
  // When the news that its connection is broken reaches a client that waits for an answer.
  virtual TrueTime news_of_break(NodeId server, NodeId client) = 0;
  // Nothing arrives now on this way.
  virtual bool is_cut(NodeId from, NodeId to) = 0;
  // What would arrive now on this way waits for the end of a partition, which calls `arrive`; else false.
  virtual bool hold_back(NodeId from, NodeId to, std::function<void()> arrive) = 0;
  // A server has executed a request; its reply has not gone back yet.
  virtual void executed(NodeId server, const Exchange& exchange) = 0;
  // A request is about to be handed to this server.
  virtual void before_request(NodeId server) = 0;
  // It was handed over on this connection. Whether it waits inside the server, beside `others` that do: then
  // the next one is handed over.
  virtual bool waits_inside(NodeId server, const RelayProtocol::Request& request,
                            std::size_t others, int file) = 0;
  // Something was written to this client, or its connection was closed: it has to look.
  virtual void told(NodeId client) = 0;
  // A server closed a connection of its own accord, or refuses one though it is up.
  virtual void server_hung_up(NodeId server) = 0;

 protected:
  ~RelayHost() = default;
};

class Relay {
 public:
  Relay(EventLoop& loop, RelayHost& host, std::filesystem::path directory)
      : loop_(loop), host_(host), directory_(std::move(directory)) {}
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  // Where a server is: a port of the loopback interface, the path of a socket, or what a call connects to.
  struct Address {
    std::uint16_t port = 0;
    std::string path{};
    std::function<int()> connect{};  // a file, or -1
  };
  void add_target(NodeId server, Address address, MakeRelayProtocol protocol);
  // The path of a socket, of this name, at which `client` reaches the server that `route` says when it connects.
  // Empty: it cannot be made.
  std::string listen(NodeId client, const std::string& name, std::function<NodeId()> route);

  // The server's process has died: what was sent to it is lost, its connections break, or, when it is
  // silent, hang. What it sent before arrives.
  void on_down(NodeId server, bool silent);
  void on_up(NodeId server);
  // Whether the server executes anything now, from now on.
  void set_running(NodeId server, bool running);
  // Breaks the connections between these two. What is on its way is lost.
  void reset(NodeId client, NodeId server);

  // These two do not talk any more: what was sent before arrives, and the client hears of the end.
  void disconnect(NodeId client, NodeId server);

  // Nobody will hear of the requests that wait inside this server.
  void abandon_waiting(NodeId server);

  // Reads what servers have sent to other clients than this one: before anything that is about to be sent to it.
  void read_unasked(NodeId client);

  // Nothing is on its way but what waits for its time: no request is at a running server.
  bool is_quiet() const;
  // No request that was sent is still on its way, or unanswered.
  bool is_idle() const;
  std::uint64_t messages() const { return messages_; }

 private:
  struct Session;
  using SessionRef = std::shared_ptr<Session>;
  struct Request {
    SessionRef session;
    RelayProtocol::Request message;
    TrueTime forwarded{};
    bool waits = false;    // inside the server
    bool is_copy = false;  // its reply goes nowhere: the client has one for each request
  };
  struct Target {
    NodeId id;
    Address address;
    MakeRelayProtocol protocol;
    bool up = true;
    bool silent = false;  // down, and nobody is told
    bool running = true;
    TrueTime ran_from{};  // it was stopped before
    std::deque<Request> queue;
    std::optional<Request> at_server;
    std::vector<Request> waiting;  // inside the server
  };

  Target& target(NodeId server);
  void accept_one(int listener, NodeId client, NodeId server);
  void read_client(const SessionRef& session);
  void read_server(const SessionRef& session);
  void on_request(const SessionRef& session, RelayProtocol::Request message);
  void on_reply(Target& target, const Request& request, std::string_view message);
  void on_unasked(const SessionRef& session, const RelayProtocol::FromServer& message);
  void on_hang_up(const SessionRef& session);
  void arrive(Request request);
  void hand_over(Target& target);
  void set_aside_if_it_waits(Target& target);
  // The request of this session that the server has not answered yet.
  std::optional<Request> take_asked(Target& target, const SessionRef& session);
  void drop_requests(Target& target, const SessionRef& session);
  bool connect_server(const SessionRef& session, const Target& target);
  // False: they are lost.
  bool write_client(const SessionRef& session, std::string_view bytes);
  void close_client(const SessionRef& session);
  void close_server(const SessionRef& session);
  void finish(const SessionRef& session);
  void break_session(const SessionRef& session);
  void part(const SessionRef& session);
  void arrive_at_client(const SessionRef& session, const std::string& bytes, bool is_reply);

  EventLoop& loop_;
  RelayHost& host_;
  std::filesystem::path directory_;
  std::vector<Target> targets_;
  std::vector<int> listeners_;
  std::vector<SessionRef> sessions_;
  std::uint64_t messages_ = 0;
};

}  // namespace picklock
