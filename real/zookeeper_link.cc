#include "real/zookeeper_link.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace picklock {

ZooKeeperLink::ZooKeeperLink(EventLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {
  handshake_.timeout = options_.session_timeout;
  // Longer than this, and the session may be over before the answer.
  options_.call_timeout = std::min(options_.call_timeout, options_.session_timeout * 2 / 3);
  place_ = options_.caller ? options_.caller().client.value() % options_.places.size() : 0;
}

ZooKeeperLink::~ZooKeeperLink() {
  hang_up();
}

// --- Requests -----------------------------------------------------------------------------------------

void ZooKeeperLink::start(const ZkRequest& request, PendingReply& reply) {
  if (has_valid_path(request)) return add(request, &reply);
  ZkReply refusal;
  refusal.code = ZkCode::bad_arguments;
  reply.complete(std::move(refusal));
}

void ZooKeeperLink::add(const ZkRequest& request, PendingReply* reply) {
  Pending& pending =
      pending_.emplace_back(Pending{.request = request, .caller = caller(), .reply = reply});
  pending.number = next_number_++;
  pending.timer = loop_.at(options_.after(options_.call_timeout),
                           [this, number = pending.number] { give_up(number); });
  if (line_ == Line::up) send(pending);
  if (line_ == Line::down) connect();
}

void ZooKeeperLink::send(Pending& pending) {
  pending.xid = pending.request.op == ZkOp::ping ? kZkPingXid : next_xid_++;
  write(pending.caller, zk_request_frame(pending.xid, pending.request));
}

// Bytes that cannot be written are lost with the connection, whose end is read soon.
void ZooKeeperLink::write(const Caller& caller, const std::string& frame) {
  const std::string bytes = options_.caller ? zk_envelope_frame(caller) + frame : frame;
  ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

// A line on which an answer is missing is of no use: those behind it would be late as well.
void ZooKeeperLink::give_up(std::uint64_t number) {
  const bool is_there = std::ranges::find(pending_, number, &Pending::number) != pending_.end();
  if (!is_there) return;
  if (line_ == Line::greeting && has_other_places()) return on_refused(true);
  drop();
}

// --- The line -----------------------------------------------------------------------------------------

void ZooKeeperLink::connect() {
  file_ = connect_to(options_.places[place_]);
  line_ = Line::greeting;
  stream_ = FrameStream();
  if (file_ < 0) {  // nobody may be told before this call has returned
    greeting_ = loop_.at(loop_.now(), [this] { drop(); });
    return;
  }
  loop_.watch(file_, EPOLLIN, [this](std::uint32_t /*events*/) { read(); });
  write(caller(), zk_handshake_frame(handshake_));
  greeting_ = loop_.at(options_.after(options_.call_timeout),
                       [this] { has_other_places() ? on_refused(true) : drop(); });
}

void ZooKeeperLink::read() {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(file_, bytes.data(), bytes.size(), 0);
  if (got > 0) stream_.feed({bytes.data(), static_cast<std::size_t>(got)});
  while (line_ != Line::down) {
    const auto frame = stream_.next();
    if (!frame) break;
    on_frame(*frame);
  }
  if (line_ != Line::down && (got <= 0 || stream_.is_broken())) drop();
}

void ZooKeeperLink::on_frame(std::string_view frame) {
  if (line_ == Line::greeting) return on_greeting(frame);
  const ZkHeader header = read_zk_header(frame);
  handshake_.last_zxid = std::max(handshake_.last_zxid, header.zxid);
  if (header.xid == kZkNotificationXid) {
    ZkEvent event;
    if (!read_zk_notification(frame, event)) return drop();
    watches_.on_event(event);
    return notify(event);
  }
  if (header.xid != kZkSetWatchesXid) on_reply(frame, header);
}

void ZooKeeperLink::on_greeting(std::string_view frame) {
  ZkHandshake granted;
  if (!read_zk_handshake(frame, granted)) return drop();
  if (granted.session == 0) return lose_session();
  loop_.cancel(greeting_);
  const bool is_new = handshake_.session == 0;
  refusals_ = 0;
  handshake_.session = granted.session;
  handshake_.password = granted.password;
  line_ = Line::up;
  if (is_new) {
    connected_ = true;
    schedule_ping();
  } else {
    if (!watches_.is_empty()) {
      write(caller(), zk_set_watches_frame(handshake_.last_zxid, watches_.paths()));
    }
    set_connected(true);
  }
  for (Pending& waiting : pending_) send(waiting);
}

void ZooKeeperLink::on_reply(std::string_view frame, const ZkHeader& header) {
  const auto answered = std::ranges::find(pending_, header.xid, &Pending::xid);
  if (answered == pending_.end()) return drop();
  ZkReply reply;
  if (!read_zk_reply(frame, answered->request.op, reply)) return drop();
  if (reply.code == ZkCode::session_expired) return lose_session();
  const Pending call = std::move(*answered);
  pending_.erase(answered);
  loop_.cancel(call.timer);
  watches_.on_reply(call.request, reply.code);
  if (call.reply != nullptr) call.reply->complete(std::move(reply));
}

void ZooKeeperLink::hang_up() {
  loop_.cancel(greeting_);
  if (file_ < 0) return;
  loop_.watch(file_, 0);
  ::close(std::exchange(file_, -1));
}

void ZooKeeperLink::finish_all(ZkCode code) {
  for (const Pending& call : std::exchange(pending_, {})) {
    loop_.cancel(call.timer);
    ZkReply reply;
    reply.code = code;
    if (call.reply != nullptr) call.reply->complete(std::move(reply));
  }
}

void ZooKeeperLink::go_to_next_place() {
  place_ = (place_ + 1) % options_.places.size();
}

void ZooKeeperLink::on_refused(bool has_taken_long) {
  line_ = Line::down;
  hang_up();
  go_to_next_place();
  const bool goes_on = ++refusals_ < options_.places.size();
  if (has_taken_long || !goes_on) finish_all(ZkCode::connection_loss);
  if (!goes_on) refusals_ = 0;
  if (goes_on && line_ == Line::down && (handshake_.session != 0 || !pending_.empty())) connect();
}

void ZooKeeperLink::drop() {
  if (line_ == Line::greeting && has_other_places()) return on_refused(false);
  const bool was_up = std::exchange(line_, Line::down) == Line::up;
  hang_up();
  set_connected(false);
  finish_all(ZkCode::connection_loss);
  go_to_next_place();
  // One try at once, as the libraries do; then with each ping that is due, and each call.
  if (was_up && handshake_.session != 0) connect();
}

// --- The session --------------------------------------------------------------------------------------

void ZooKeeperLink::set_connected(bool connected) {
  if (handshake_.session == 0 || connected == connected_) return;
  connected_ = connected;
  notify({connected ? ZkEventKind::reconnected : ZkEventKind::suspended, {}});
}

void ZooKeeperLink::lose_session() {
  line_ = Line::down;
  hang_up();
  loop_.cancel(ping_);
  connected_ = false;
  handshake_.session = 0;
  handshake_.password.clear();
  watches_.clear();
  notify({ZkEventKind::lost, {}});
  finish_all(ZkCode::session_expired);
}

void ZooKeeperLink::schedule_ping() {
  ping_ = loop_.at(options_.after(options_.session_timeout / 3), [this] {
    schedule_ping();
    add(ZkRequest{.op = ZkOp::ping}, nullptr);
  });
}

// --- Events -------------------------------------------------------------------------------------------

void ZooKeeperLink::notify(const ZkEvent& event) {
  if (event.is_watch()) options_.woken();
  events_.add(event, [this] { loop_.cancel(patience_); });
}

void ZooKeeperLink::wait_for_event(Completion<NextEvent>& event, Duration patience) {
  if (events_.take(event)) return;
  patience_ = loop_.at(options_.after(patience), [this] { events_.give_up(); });
}

}  // namespace picklock
