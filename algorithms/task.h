// Task<T>: a lazy coroutine with a single owner.
//
// It starts when it is awaited, and its result is moved to whoever awaited it. Destroying a Task
// destroys its frame, and with it the tasks that it awaits: that is what a crash is. Effects therefore
// never happen in destructors; the dead do not speak.
//
// The allowed forms, because GCC 12 miscompiles others (docs/coroutines.md):
//     const T name = co_await expr;      co_await expr;      co_return co_await expr;
// Exceptions do not leave a coroutine: an escaping one ends the program.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include "algorithms/frame_pool.h"
#include "algorithms/trampoline.h"

namespace picklock {

template <class T>
class Task;

namespace detail {

class PromiseBase {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }

  // Frames come and go with every call of a lock: they are reused.
  static void* operator new(std::size_t size) { return FramePool::take(size); }
  static void operator delete(void* frame, std::size_t size) { FramePool::give_back(frame, size); }

  Trampoline& trampoline() const { return *trampoline_; }
  void bind(Trampoline& trampoline) { trampoline_ = &trampoline; }
  void then(std::coroutine_handle<> waiter) { waiter_ = waiter; }

  // At the end the waiter is queued, never resumed from here.
  struct Finish {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      PromiseBase& promise = self.promise();
      if (promise.waiter_) promise.trampoline_->enqueue(promise.waiter_);
    }
    void await_resume() noexcept {}
  };
  Finish final_suspend() noexcept { return {}; }

 private:
  Trampoline* trampoline_ = nullptr;
  std::coroutine_handle<> waiter_;
};

template <class T>
class Promise final : public PromiseBase {
 public:
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> final : public PromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void take() {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  // Starts a root task: nobody awaits it, the world owns it.
  void start(Trampoline& trampoline) {
    frame_.promise().bind(trampoline);
    trampoline.enqueue(frame_);
  }
  bool is_done() const { return !frame_ || frame_.done(); }

  class Await {
   public:
    explicit Await(Handle frame) : frame_(frame) {}
    bool await_ready() const noexcept { return false; }
    template <class Waiter>
    void await_suspend(std::coroutine_handle<Waiter> waiter) {
      frame_.promise().bind(waiter.promise().trampoline());
      frame_.promise().then(waiter);
      waiter.promise().trampoline().enqueue(frame_);
    }
    T await_resume() { return frame_.promise().take(); }

   private:
    Handle frame_;
  };
  // The task must outlive the wait: `co_await lock.acquire()` keeps it in the awaiting frame.
  Await operator co_await() && { return Await(frame_); }
  Await operator co_await() & { return Await(frame_); }

 private:
  Handle frame_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}

}  // namespace detail
}  // namespace picklock
