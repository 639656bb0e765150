// One request in flight: the half that a coroutine waits on.
#pragma once

#include <coroutine>
#include <utility>

#include "algorithms/trampoline.h"

namespace picklock {

// Where a world delivers a reply. The world calls complete() at most once, from its loop, and never
// after the process has crashed or the call was withdrawn.
template <class Reply>
class Completion {
 public:
  virtual void complete(Reply&& reply) = 0;

 protected:
  Completion() = default;
  Completion(const Completion&) = default;
  Completion& operator=(const Completion&) = default;
  ~Completion() = default;
};

// `const Reply reply = co_await client.something(...)`. The request is sent when the call is made; the
// reply is kept until it is awaited.
template <class Reply>
class Call final : public Completion<Reply> {
 public:
  // `send` gets the place where the reply must go, and sends the request.
  template <class Send>
  explicit Call(Send&& send) {
    send(static_cast<Completion<Reply>&>(*this));
  }
  Call(const Call&) = delete;  // the world holds its address
  Call& operator=(const Call&) = delete;

  bool await_ready() const noexcept { return arrived_; }
  template <class Waiter>
  void await_suspend(std::coroutine_handle<Waiter> waiter) {
    waiter_ = waiter;
    trampoline_ = &waiter.promise().trampoline();
  }
  Reply await_resume() { return std::move(reply_); }

  void complete(Reply&& reply) override {
    reply_ = std::move(reply);
    arrived_ = true;
    if (waiter_) trampoline_->enqueue(waiter_);
  }

 private:
  Reply reply_{};
  Trampoline* trampoline_ = nullptr;
  std::coroutine_handle<> waiter_;
  bool arrived_ = false;
};

}  // namespace picklock
