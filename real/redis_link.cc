#include "real/redis_link.h"

#include <async.h>
#include <hiredis.h>
#include <sys/epoll.h>

#include <memory>
#include <utility>

#include "real/hiredis_reply.h"
#include "real/resp_stream.h"

namespace picklock {
namespace {

// What hiredis gives back with a reply.
struct Ticket {
  RedisLink* link;
  std::uint64_t call;
};

}  // namespace

RedisLink::RedisLink(EventLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {}

RedisLink::~RedisLink() {
  pending_.clear();  // replies that come now find nobody
  if (context_ != nullptr) redisAsyncFree(context_);
}

void RedisLink::connect() {
  const LocalPlace& place = options_.place;
  redisAsyncContext* const context = place.path.empty() ? redisAsyncConnect("127.0.0.1", place.port)
                                                        : redisAsyncConnectUnix(place.path.c_str());
  if (context == nullptr) return;
  if (context->err != 0) return redisAsyncFree(context);
  context_ = context;
  file_ = context->c.fd;
  context->data = this;
  context->ev.data = this;
  context->ev.addRead = [](void* link) { static_cast<RedisLink*>(link)->watch(EPOLLIN, 0); };
  context->ev.delRead = [](void* link) { static_cast<RedisLink*>(link)->watch(0, EPOLLIN); };
  context->ev.addWrite = [](void* link) { static_cast<RedisLink*>(link)->watch(EPOLLOUT, 0); };
  context->ev.delWrite = [](void* link) { static_cast<RedisLink*>(link)->watch(0, EPOLLOUT); };
  context->ev.cleanup = [](void* link) {
    static_cast<RedisLink*>(link)->watch(0, EPOLLIN | EPOLLOUT);
  };
  redisAsyncSetDisconnectCallback(context, &RedisLink::on_disconnect);
  // Through a path the connection is there already; through a port it may still fail.
  if (place.path.empty()) redisAsyncSetConnectCallback(context, &RedisLink::on_connect);
}

void RedisLink::watch(std::uint32_t more, std::uint32_t less) {
  const std::uint32_t wanted = (events_ | more) & ~less;
  if (wanted == events_) return;
  events_ = wanted;
  loop_.watch(file_, events_, [this](std::uint32_t ready) {
    redisAsyncContext* const context = context_;
    if ((ready & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) redisAsyncHandleRead(context);
    // The read may have ended the connection.
    if (context_ == context && (ready & EPOLLOUT) != 0) redisAsyncHandleWrite(context);
  });
}

std::uint64_t RedisLink::start(PendingReply& reply) {
  const std::uint64_t call = next_call_++;
  Pending& pending = pending_[call];
  pending.reply = &reply;
  pending.timer = loop_.at(options_.give_up_at(), [this, call] { give_up(call); });
  if (context_ == nullptr) connect();
  bytes_.clear();
  if (options_.caller) {
    write_envelope(options_.caller(), envelope_);
    append_resp(envelope_, bytes_);
  }
  append_resp(command_, bytes_);
  auto ticket = std::make_unique<Ticket>(Ticket{this, call});
  const bool sent = context_ != nullptr &&
                    redisAsyncFormattedCommand(context_, &RedisLink::on_reply, ticket.get(),
                                               bytes_.data(), bytes_.size()) == REDIS_OK;
  if (sent) {
    static_cast<void>(ticket.release());  // on_reply() gets it, whatever becomes of the connection
  } else {
    loop_.cancel(pending.timer);  // nobody may be told before this call has returned
    pending.timer = loop_.at(loop_.now(), [this, call] { finish(call, RedisReply()); });
  }
  return call;
}

// Its reply is still expected: whether it comes decides on the connection.
void RedisLink::withdraw(std::uint64_t call) {
  const auto pending = pending_.find(call);
  if (pending != pending_.end()) pending->second.reply = nullptr;
}

void RedisLink::finish(std::uint64_t call, RedisReply&& reply) {
  const auto pending = pending_.find(call);
  if (pending == pending_.end()) return;
  PendingReply* const waiting = pending->second.reply;
  loop_.cancel(pending->second.timer);
  pending_.erase(pending);
  if (waiting != nullptr) waiting->complete(std::move(reply));
}

// Replies have no numbers, they come in order: behind one that is missing, a connection is of no use. All
// that was sent on it ends unknown, and the next call connects again.
void RedisLink::give_up(std::uint64_t call) {
  finish(call, RedisReply());
  redisAsyncContext* const context = std::exchange(context_, nullptr);
  if (context == nullptr) return;
  redisAsyncFree(context);
}

void RedisLink::on_reply(redisAsyncContext* /*context*/, void* reply, void* call) {
  const std::unique_ptr<Ticket> ticket(static_cast<Ticket*>(call));
  RedisReply converted;  // unknown: the connection is lost
  if (reply != nullptr) convert(*static_cast<redisReply*>(reply), converted);
  ticket->link->finish(ticket->call, std::move(converted));
}

// hiredis does not call on_disconnect() for a connection that never was.
void RedisLink::on_connect(const redisAsyncContext* context, int status) {
  if (status != REDIS_OK) on_disconnect(context, status);
}

void RedisLink::on_disconnect(const redisAsyncContext* context, int /*status*/) {
  auto* const link = static_cast<RedisLink*>(context->data);
  if (link->context_ == context) link->context_ = nullptr;  // hiredis frees it
}

}  // namespace picklock
