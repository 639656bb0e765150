// How the connections of the relay go on and end: what comes unasked, what arrives, what breaks.
#include "real/relay_session.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

namespace picklock {

void Relay::on_unasked(const SessionRef& session, const RelayProtocol::FromServer& message) {
  ++messages_;
  const Passage passage = host_.pass(session->server, session->client, message.name);
  session->replies_lost |= passage.at == kNever;
  if (session->replies_lost) return;
  session->last_reply = std::max(session->last_reply, passage.at);
  loop_.at(session->last_reply, [this, session, bytes = std::string(message.bytes)] {
    arrive_at_client(session, bytes, false);
  });
}

void Relay::read_unasked(NodeId client) {
  const std::vector<SessionRef> present = sessions_;
  for (const SessionRef& session : present) {
    if (session->client != client && session->server_file >= 0) read_server(session);
  }
}

// The end of a stream travels behind all that it carried, and a partition keeps it from the client.
void Relay::on_hang_up(const SessionRef& session) {
  Target& from = target(session->server);
  close_server(session);
  session->severed = true;
  session->unanswered = 0;
  drop_requests(from, session);
  if (!session->broken) {  // else the client will hear, or has heard
    const TrueTime news = host_.news_of_break(session->server, session->client);
    loop_.at(std::max(session->last_reply, news), [this, session] {
      session->replies_lost |= host_.is_cut(session->server, session->client);
      if (session->replies_lost || std::exchange(session->broken, true)) return;
      close_client(session);
      host_.told(session->client);
    });
  }
  host_.server_hung_up(from.id);
  if (from.up) hand_over(from);
}

void Relay::arrive_at_client(const SessionRef& session, const std::string& bytes, bool is_reply) {
  if (host_.is_cut(session->server, session->client)) {
    const auto later = [this, session, bytes, is_reply] {
      arrive_at_client(session, bytes, is_reply);
    };
    if (host_.hold_back(session->server, session->client, later)) return;
  }
  const bool is_heard = write_client(session, bytes);
  if (!is_reply) return;
  --session->arriving;
  if (is_heard && session->awaited > 0) --session->awaited;
  finish(session);
}

bool Relay::write_client(const SessionRef& session, std::string_view bytes) {
  session->replies_lost |= host_.is_cut(session->server, session->client);
  if (session->replies_lost || session->was_reset) return false;
  if (session->client_file < 0) return false;  // it died, or hung up
  const ssize_t sent = ::send(session->client_file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  host_.told(session->client);
  if (sent != static_cast<ssize_t>(bytes.size())) close_client(session);
  return true;
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
  drop_requests(target(session->server), session);
  session->severed = true;
  session->unanswered = 0;
  close_server(session);
  part(session);
}

// The news travels as messages do, behind the replies that are on their way. A client that gave the connection up
// hears nothing.
void Relay::part(const SessionRef& session) {
  if (std::exchange(session->broken, true) || session->client_file < 0) return;
  const bool waits = session->awaited > 0;
  const TrueTime news = waits ? host_.news_of_break(session->server, session->client) : loop_.now();
  loop_.at(std::max(news, session->last_reply), [this, session, waits] {
    if (waits && host_.is_cut(session->server, session->client)) return;
    close_client(session);
    host_.told(session->client);
  });
}

}  // namespace picklock
