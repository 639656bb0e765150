#include "real/relay.h"

#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/require.h"
#include "real/local_socket.h"
#include "real/relay_session.h"

namespace picklock {

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

void Relay::add_target(NodeId server, Address address, MakeRelayProtocol protocol) {
  targets_.push_back(
      {.id = server, .address = std::move(address), .protocol = std::move(protocol)});
}

Relay::Target& Relay::target(NodeId server) {
  const auto found = std::ranges::find(targets_, server, &Target::id);
  require(found != targets_.end(), "a message to a server that the relay does not know");
  return *found;
}

std::string Relay::listen(NodeId client, const std::string& name, std::function<NodeId()> route) {
  std::string path = directory_ / fmt::format("{}-{}", client.value(), name);
  const int listener = listen_at(path);
  if (listener < 0) return {};
  listeners_.push_back(listener);
  loop_.watch(listener, EPOLLIN,
              [this, listener, client, route = std::move(route)](std::uint32_t /*events*/) {
                accept_one(listener, client, route());
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
  session->protocol = target(server).protocol();
  sessions_.push_back(session);
  loop_.watch(file, EPOLLIN, [this, session](std::uint32_t /*events*/) { read_client(session); });
}

void Relay::read_client(const SessionRef& session) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(session->client_file, bytes.data(), bytes.size(), 0);
  RelayProtocol& protocol = *session->protocol;
  if (got > 0) protocol.feed_from_client({bytes.data(), static_cast<std::size_t>(got)});
  while (!session->broken) {
    auto message = protocol.next_request();
    if (!message) break;
    on_request(session, *std::move(message));
  }
  // What it sent before it hung up, or died, arrives all the same.
  if (got <= 0 || protocol.is_client_broken()) close_client(session);
}

void Relay::on_request(const SessionRef& session, RelayProtocol::Request message) {
  ++session->awaited;
  const Target& asked = target(session->server);
  if (!asked.up) {  // nobody listens there; a dead machine does not even say so
    if (!asked.silent && !host_.is_cut(session->client, session->server)) break_session(session);
    return;
  }
  ++messages_;
  Request request{session, std::move(message), {}};
  const Passage passage = host_.pass(session->client, session->server, request.message.name);
  session->requests_lost |= passage.at == kNever || session->severed;
  if (session->requests_lost) return;
  ++session->unanswered;
  session->last_request = std::max(session->last_request, passage.at);
  if (passage.copy_at != kNever) {
    Request copy = request;
    copy.is_copy = true;
    ++session->unanswered;
    loop_.at(passage.copy_at,
             [this, copy = std::move(copy)]() mutable { arrive(std::move(copy)); });
  }
  loop_.at(session->last_request,
           [this, request = std::move(request)]() mutable { arrive(std::move(request)); });
}

void Relay::arrive(Request request) {
  const SessionRef& session = request.session;
  Target& reached = target(session->server);
  if (session->severed) return;
  if (host_.is_cut(session->client, session->server)) {
    const auto later = [this, request] { arrive(request); };
    if (host_.hold_back(session->client, session->server, later)) return;
    session->requests_lost = true;
  }
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
      host_.server_hung_up(target.id);  // one that is up takes connections
      continue;
    }
    host_.before_request(target.id);
    request.forwarded = loop_.now();
    target.at_server = std::move(request);
    const std::string& bytes = target.at_server->message.bytes;
    const ssize_t sent = ::send(session->server_file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) {
      set_aside_if_it_waits(target);
    } else {
      target.at_server.reset();
      break_session(session);
    }
  }
}

// One that is stopped does neither.
void Relay::set_aside_if_it_waits(Target& target) {
  if (!target.at_server || !target.running) return;
  const Request& asked = *target.at_server;
  if (host_.waits_inside(target.id, asked.message, target.waiting.size(),
                         asked.session->server_file)) {
    target.waiting.push_back(*std::exchange(target.at_server, std::nullopt));
    target.waiting.back().waits = true;
  }
}

std::optional<Relay::Request> Relay::take_asked(Target& target, const SessionRef& session) {
  if (target.at_server && target.at_server->session == session) {
    return std::exchange(target.at_server, std::nullopt);
  }
  const auto waiting = std::ranges::find(target.waiting, session, &Request::session);
  if (waiting == target.waiting.end()) return std::nullopt;
  Request request = std::move(*waiting);
  target.waiting.erase(waiting);
  return request;
}

void Relay::drop_requests(Target& target, const SessionRef& session) {
  const auto is_of = [&](const Request& request) { return request.session == session; };
  std::erase_if(target.queue, is_of);
  std::erase_if(target.waiting, is_of);
  if (target.at_server && is_of(*target.at_server)) target.at_server.reset();
}

bool Relay::connect_server(const SessionRef& session, const Target& target) {
  const Address& there = target.address;
  const int file = there.connect     ? there.connect()
                   : there.port != 0 ? connect_to(there.port)
                                     : connect_to(there.path);
  if (file < 0) return false;
  session->server_file = file;
  loop_.watch(file, EPOLLIN, [this, session](std::uint32_t /*events*/) { read_server(session); });
  return true;
}

void Relay::read_server(const SessionRef& session) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(session->server_file, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;  // it was read meanwhile
  RelayProtocol& protocol = *session->protocol;
  if (got > 0) protocol.feed_from_server({bytes.data(), static_cast<std::size_t>(got)});
  Target& from = target(session->server);
  while (true) {
    const auto message = protocol.next_from_server();
    if (!message) break;
    if (!message->name.empty()) on_unasked(session, *message);
    if (!message->name.empty()) continue;
    const std::optional<Request> asked = take_asked(from, session);
    if (asked) on_reply(from, *asked, message->bytes);
  }
  if (got > 0 && !protocol.is_server_broken()) return;
  if (session->server_file < 0) return;  // a fault broke it meanwhile
  on_hang_up(session);
}

void Relay::on_reply(Target& target, const Request& request, std::string_view message) {
  const std::string reply(message);
  const SessionRef& session = request.session;
  const RelayProtocol::Request& asked = request.message;
  host_.executed(target.id, {asked.caller, asked.name, asked.bytes, reply,
                             std::max(request.forwarded, target.ran_from), request.waits});
  if (request.is_copy) {
    finish(session);
  } else if (session->server_file >= 0) {  // no fault struck at this point
    ++messages_;
    const Passage passage = host_.pass(target.id, session->client, asked.name);
    session->replies_lost |= passage.at == kNever;
    if (session->replies_lost) {
      finish(session);
    } else {
      session->last_reply = std::max(session->last_reply, passage.at);
      ++session->arriving;
      loop_.at(session->last_reply,
               [this, session, reply] { arrive_at_client(session, reply, true); });
    }
  }
  if (target.up) hand_over(target);
}

void Relay::on_down(NodeId server, bool silent) {
  Target& fallen = target(server);
  fallen.up = false;
  fallen.silent = silent;
  fallen.queue.clear();
  fallen.at_server.reset();
  fallen.waiting.clear();
  for (const SessionRef& session : sessions_) {
    if (session->server != server) continue;
    if (!silent) break_session(session);
    close_server(session);
    session->unanswered = 0;
    const bool has_lost_one = session->awaited > session->arriving;
    session->requests_lost |= has_lost_one || session->protocol->has_greeting();
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
  if (!running) return;
  changed.ran_from = loop_.now();
  set_aside_if_it_waits(changed);
  hand_over(changed);
}

void Relay::reset(NodeId client, NodeId server) {
  for (const SessionRef& session : sessions_) {
    if (session->client != client || session->server != server) continue;
    session->was_reset = true;
    break_session(session);
  }
  hand_over(target(server));
}

void Relay::disconnect(NodeId client, NodeId server) {
  for (const SessionRef& session : sessions_) {
    if (session->client == client && session->server == server) part(session);
  }
}

void Relay::abandon_waiting(NodeId server) {
  for (const Request& request : std::exchange(target(server).waiting, {})) finish(request.session);
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
