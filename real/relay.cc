#include "real/relay.h"

#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/require.h"
#include "real/local_socket.h"
#include "real/wire.h"

namespace picklock {

// One connection of a client, and the one to the server behind it.
struct Relay::Session {
  NodeId client;
  NodeId server;
  int client_file = -1;
  int server_file = -1;
  RespStream from_client;
  RespStream from_server;
  Caller caller;               // of the next request
  std::size_t unanswered = 0;  // requests that are on their way or whose replies are
  std::size_t awaited = 0;     // replies that the client waits for; some of them may be lost
  bool broken = false;         // the client is about to be told
  bool was_reset = false;      // and what is on its way is lost
  // A message of this direction was lost, and with it all behind it: a stream has no gaps.
  bool requests_lost = false;
  bool replies_lost = false;
  TrueTime last_request{};  // on a stream nothing overtakes
  TrueTime last_reply{};
};

Relay::~Relay() {
  for (const SessionRef& session : sessions_) {
    close_client(session);
    close_server(session);
  }
  for (const int listener : listeners_) {
    loop_.watch(listener, 0);
    ::close(listener);
  }
}

void Relay::add_target(NodeId server, Address address) {
  Target& added = targets_.emplace_back();
  added.id = server;
  added.address = std::move(address);
}

Relay::Target& Relay::target(NodeId server) {
  const auto found = std::ranges::find(targets_, server, &Target::id);
  require(found != targets_.end(), "a message to a server that the relay does not know");
  return *found;
}

std::string Relay::listen(NodeId client, NodeId server) {
  std::string path = directory_ / fmt::format("{}-{}", client.value(), server.value());
  const int listener = listen_at(path);
  if (listener < 0) return {};
  listeners_.push_back(listener);
  loop_.watch(listener, EPOLLIN, [this, listener, client, server](std::uint32_t /*events*/) {
    accept_one(listener, client, server);
  });
  return path;
}

void Relay::accept_one(int listener, NodeId client, NodeId server) {
  const int file = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (file < 0) return;
  const auto session = std::make_shared<Session>();
  session->client = client;
  session->server = server;
  session->client_file = file;
  sessions_.push_back(session);
  loop_.watch(file, EPOLLIN, [this, session](std::uint32_t /*events*/) { read_client(session); });
}

void Relay::read_client(const SessionRef& session) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(session->client_file, bytes.data(), bytes.size(), 0);
  if (got > 0) session->from_client.feed({bytes.data(), static_cast<std::size_t>(got)});
  while (!session->broken) {
    const auto message = session->from_client.next();
    if (!message) break;
    on_request(session, *message);
  }
  // What it sent before it hung up, or died, arrives all the same.
  if (got <= 0 || session->from_client.is_broken()) close_client(session);
}

void Relay::on_request(const SessionRef& session, std::string_view message) {
  RedisCommand command;
  if (!read_resp(message, command) || command.size() == 0) return close_client(session);
  if (read_envelope(command, session->caller)) return;
  ++session->awaited;
  const Target& asked = target(session->server);
  if (!asked.up) {  // nobody listens there; a dead machine does not even say so
    if (!asked.silent && !host_.is_cut(session->client, session->server)) break_session(session);
    return;
  }
  ++messages_;
  Request request{session, session->caller, std::string(command[0]), std::string(message), {}};
  const Passage passage = host_.pass(session->client, session->server, request.name);
  session->requests_lost |= passage.at == kNever;
  if (session->requests_lost) return;
  ++session->unanswered;
  session->last_request = std::max(session->last_request, passage.at);
  loop_.at(session->last_request,
           [this, request = std::move(request)]() mutable { arrive(std::move(request)); });
}

void Relay::arrive(Request request) {
  const SessionRef& session = request.session;
  Target& reached = target(session->server);
  if (session->broken) return;
  if (host_.is_cut(session->client, session->server)) session->requests_lost = true;
  if (session->requests_lost || !reached.up) return finish(session);
  reached.queue.push_back(std::move(request));
  hand_over(reached);
}

void Relay::hand_over(Target& target) {
  while (!target.at_server && !target.queue.empty()) {
    Request request = std::move(target.queue.front());
    target.queue.pop_front();
    const SessionRef session = request.session;
    if (session->server_file < 0 && !connect_server(session, target)) {
      break_session(session);
      continue;
    }
    request.forwarded = loop_.now();
    const std::string bytes = request.bytes;
    target.at_server = std::move(request);
    const ssize_t sent = ::send(session->server_file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    target.at_server.reset();
    break_session(session);
  }
}

bool Relay::connect_server(const SessionRef& session, const Target& target) {
  const int file =
      target.address.port != 0 ? connect_to(target.address.port) : connect_to(target.address.path);
  if (file < 0) return false;
  session->server_file = file;
  loop_.watch(file, EPOLLIN, [this, session](std::uint32_t /*events*/) { read_server(session); });
  return true;
}

void Relay::read_server(const SessionRef& session) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(session->server_file, bytes.data(), bytes.size(), 0);
  if (got > 0) session->from_server.feed({bytes.data(), static_cast<std::size_t>(got)});
  Target& from = target(session->server);
  while (true) {
    const auto message = session->from_server.next();
    if (!message) break;
    if (from.at_server && from.at_server->session == session) on_reply(from, *message);
  }
  if (got > 0 && !session->from_server.is_broken()) return;
  if (session->server_file < 0) return;  // a fault broke it meanwhile
  break_session(session);
  host_.server_hung_up(from.id);
}

void Relay::on_reply(Target& target, std::string_view message) {
  const Request request = *std::exchange(target.at_server, std::nullopt);
  const std::string reply(message);
  const SessionRef& session = request.session;
  ++messages_;
  host_.executed(target.id, request.caller, request.name,
                 std::max(request.forwarded, target.ran_from));
  if (session->server_file >= 0) {  // no fault struck at this point
    const Passage passage = host_.pass(target.id, session->client, request.name);
    session->replies_lost |= passage.at == kNever;
    if (session->replies_lost) {
      finish(session);
    } else {
      session->last_reply = std::max(session->last_reply, passage.at);
      loop_.at(session->last_reply, [this, session, reply] { reply_arrives(session, reply); });
    }
  }
  if (target.up) hand_over(target);
}

void Relay::reply_arrives(const SessionRef& session, std::string_view bytes) {
  if (host_.is_cut(session->server, session->client)) session->replies_lost = true;
  if (!session->replies_lost && !session->was_reset) write_client(session, bytes);
  finish(session);
}

void Relay::write_client(const SessionRef& session, std::string_view bytes) {
  if (session->client_file < 0) return;  // it died, or hung up
  if (session->awaited > 0) --session->awaited;
  const ssize_t sent = ::send(session->client_file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  host_.told(session->client);
  if (sent != static_cast<ssize_t>(bytes.size())) close_client(session);
}

void Relay::finish(const SessionRef& session) {
  if (session->unanswered > 0) --session->unanswered;
  if (session->client_file < 0 && session->unanswered == 0) close_server(session);
}

void Relay::close_client(const SessionRef& session) {
  if (session->client_file < 0) return;
  loop_.watch(session->client_file, 0);
  ::close(std::exchange(session->client_file, -1));
  if (session->unanswered == 0) close_server(session);
}

void Relay::close_server(const SessionRef& session) {
  if (session->server_file < 0) return;
  loop_.watch(session->server_file, 0);
  ::close(std::exchange(session->server_file, -1));
}

void Relay::break_session(const SessionRef& session) {
  Target& reached = target(session->server);
  std::erase_if(reached.queue, [&](const Request& waiting) { return waiting.session == session; });
  if (reached.at_server && reached.at_server->session == session) reached.at_server.reset();
  session->unanswered = 0;
  close_server(session);
  if (std::exchange(session->broken, true)) return;
  // The news travels as messages do, behind the replies that are on their way.
  const bool waits = session->awaited > 0;
  const TrueTime news = waits ? host_.news_of_break(session->server, session->client) : loop_.now();
  loop_.at(std::max(news, session->last_reply), [this, session, waits] {
    if (waits && host_.is_cut(session->server, session->client)) return;
    close_client(session);
    host_.told(session->client);
  });
}

void Relay::on_down(NodeId server, bool silent) {
  Target& fallen = target(server);
  fallen.up = false;
  fallen.silent = silent;
  fallen.queue.clear();
  fallen.at_server.reset();
  for (const SessionRef& session : sessions_) {
    if (session->server != server) continue;
    if (!silent) break_session(session);
    close_server(session);
    session->unanswered = 0;
    session->requests_lost |= session->awaited > 0;
  }
}

void Relay::on_up(NodeId server) {
  Target& risen = target(server);
  risen.up = true;
  risen.silent = false;
}

void Relay::set_running(NodeId server, bool running) {
  Target& changed = target(server);
  changed.running = running;
  if (running) changed.ran_from = loop_.now();
}

void Relay::reset(NodeId client, NodeId server) {
  for (const SessionRef& session : sessions_) {
    if (session->client != client || session->server != server) continue;
    session->was_reset = true;
    break_session(session);
  }
  hand_over(target(server));
}

bool Relay::is_quiet() const {
  return std::ranges::none_of(
      targets_, [](const Target& target) { return target.at_server && target.running; });
}

bool Relay::is_idle() const {
  return std::ranges::all_of(sessions_,
                             [](const SessionRef& session) { return session->unanswered == 0; });
}

}  // namespace picklock
