#include "real/zookeeper_link.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "real/zookeeper_wire.h"

namespace picklock {

ZooKeeperLink::ZooKeeperLink(EventLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {
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
  if (line_ == Line::up) {
    send(pending);
    take_news();
  }
  if (line_ == Line::down) connect();
}

void ZooKeeperLink::send(const Pending& pending) {
  if (line_ != Line::up) return;
  speaks_for_ = pending.caller;
  if (pending.request.op == ZkOp::ping) return handle_->ping();
  if (pending.request.op == ZkOp::close) return part();
  handle_->ask(pending.request, pending.number);
}

// A line on which an answer is missing is of no use: those behind it would be late as well.
void ZooKeeperLink::give_up(std::uint64_t number) {
  const bool is_there = std::ranges::find(pending_, number, &Pending::number) != pending_.end();
  if (!is_there) return;
  if (line_ == Line::greeting && has_other_places()) return on_refused(true);
  drop();
}

// --- The line -----------------------------------------------------------------------------------------

void ZooKeeperLink::make_handle() {
  const auto envelope = [this] {
    return options_.caller ? zk_envelope_frame(speaks_for_) : std::string();
  };
  handle_.emplace(
      ZooKeeperHandle::Options{.session_timeout = options_.session_timeout,
                               .connect = [this] { return connect_to(options_.places[place_]); },
                               .envelope = envelope});
}

void ZooKeeperLink::connect() {
  if (!handle_) make_handle();
  line_ = Line::greeting;
  speaks_for_ = caller();
  if (!handle_->connect()) {  // nobody may be told before this call has returned
    greeting_ = loop_.at(loop_.now(), [this] { drop(); });
    return;
  }
  file_ = handle_->file();
  loop_.watch(file_, EPOLLIN, [this](std::uint32_t /*events*/) {
    speaks_for_ = caller();
    handle_->read();
    take_news();
  });
  greeting_ = loop_.at(options_.after(options_.call_timeout),
                       [this] { has_other_places() ? on_refused(true) : drop(); });
}

void ZooKeeperLink::take_news() {
  if (!handle_) return;
  for (ZkNews& news : handle_->news()) {
    if (line_ != Line::down) take(news);
  }
}

void ZooKeeperLink::take(ZkNews& news) {
  switch (news.kind) {
    case ZkNews::Kind::connected:
      return on_connected();
    case ZkNews::Kind::disconnected:
      return drop();
    case ZkNews::Kind::expired:
      return lose_session(ZkCode::session_expired);
    case ZkNews::Kind::event:
      return notify(news.event);
    case ZkNews::Kind::answered:
      return on_answer(news.number, std::move(news.reply));
    case ZkNews::Kind::pong:
      return on_pong();
  }
}

void ZooKeeperLink::on_connected() {
  loop_.cancel(greeting_);
  refusals_ = 0;
  line_ = Line::up;
  if (std::exchange(session_, handle_->session()) == 0) {
    connected_ = true;
    schedule_ping();
  } else {
    set_connected(true);
  }
  for (const Pending& waiting : pending_) send(waiting);
}

// One that ended with the line before is answered once more.
void ZooKeeperLink::on_answer(std::uint64_t number, ZkReply&& reply) {
  const auto answered = std::ranges::find(pending_, number, &Pending::number);
  if (answered == pending_.end()) return;
  if (reply.code == ZkCode::session_expired) return lose_session(ZkCode::session_expired);
  const Pending call = std::move(*answered);
  pending_.erase(answered);
  loop_.cancel(call.timer);
  if (call.reply != nullptr) call.reply->complete(std::move(reply));
}

void ZooKeeperLink::on_pong() {
  const auto ping = std::ranges::find(pending_, nullptr, &Pending::reply);
  if (ping != pending_.end()) on_answer(ping->number, {});
}

// The library says goodbye without a wait for the answer.
void ZooKeeperLink::part() {
  line_ = Line::parting;
  loop_.watch(file_, 0);
  file_ = handle_->say_goodbye();
  handle_.reset();
  loop_.watch(file_, EPOLLIN, [this](std::uint32_t /*events*/) { on_parted(); });
}

void ZooKeeperLink::on_parted() {
  std::array<char, 64> answer;
  if (::recv(file_, answer.data(), answer.size(), 0) <= 0) return drop();
  const auto call = std::ranges::find(pending_, ZkOp::close,
                                      [](const Pending& pending) { return pending.request.op; });
  ZkReply reply;
  reply.code = ZkCode::ok;
  on_answer(call->number, std::move(reply));
  lose_session(ZkCode::session_expired);
}

void ZooKeeperLink::hang_up() {
  loop_.cancel(greeting_);
  if (file_ < 0) return;
  loop_.watch(file_, 0);
  if (handle_) {
    handle_->hang_up();
    handle_->news();  // all of it is known
  } else {
    ::close(file_);
  }
  file_ = -1;
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
  if (goes_on && line_ == Line::down && (session_ != 0 || !pending_.empty())) connect();
}

void ZooKeeperLink::drop() {
  if (line_ == Line::parting) return lose_session(ZkCode::connection_loss);
  if (line_ == Line::greeting && has_other_places()) return on_refused(false);
  const bool was_up = std::exchange(line_, Line::down) == Line::up;
  hang_up();
  set_connected(false);
  finish_all(ZkCode::connection_loss);
  go_to_next_place();
  // One try at once, as the libraries do; then with each ping that is due, and each call.
  if (was_up && session_ != 0) connect();
}

// --- The session --------------------------------------------------------------------------------------

void ZooKeeperLink::set_connected(bool connected) {
  if (session_ == 0 || connected == connected_) return;
  connected_ = connected;
  notify({connected ? ZkEventKind::reconnected : ZkEventKind::suspended, {}});
}

void ZooKeeperLink::lose_session(ZkCode code) {
  line_ = Line::down;
  hang_up();
  handle_.reset();
  loop_.cancel(ping_);
  connected_ = false;
  session_ = 0;
  notify({ZkEventKind::lost, {}});
  finish_all(code);
}

// The library pings only while nothing waits for an answer, which is a sign of life as well.
void ZooKeeperLink::schedule_ping() {
  ping_ = loop_.at(options_.after(options_.session_timeout / 3), [this] {
    schedule_ping();
    if (pending_.empty() && line_ != Line::greeting) add(ZkRequest{.op = ZkOp::ping}, nullptr);
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
