// Storage for coroutine frames and what they hold, kept for the next of about the same size.
//
// A list of free blocks for each multiple of 64 bytes, one set a thread: a frame must be destroyed on the
// thread that made it, as everything of a world is. Larger frames, and all of them under AddressSanitizer
// (which must see a frame die), come from the heap. The blocks are freed when the thread ends.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

// GCC tells by a macro, Clang by a feature.
#if defined(__SANITIZE_ADDRESS__)
#define PICKLOCK_HAS_ADDRESS_SANITIZER true
#elif defined(__has_feature)
#define PICKLOCK_HAS_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define PICKLOCK_HAS_ADDRESS_SANITIZER false
#endif

namespace picklock {

class FramePool {
 public:
  static void* take(std::size_t size) {
    Block*& free = lists().of(size);
    if (!kReuses || size > kLargest || free == nullptr) return ::operator new(rounded(size));
    Block* const block = free;
    free = block->next;
    return block;
  }

  static void give_back(void* frame, std::size_t size) {
    if (!kReuses || size > kLargest) return ::operator delete(frame);
    Block*& free = lists().of(size);
    free = ::new (frame) Block{free};
  }

 private:
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kLargest = 2048;
  static constexpr bool kReuses = !PICKLOCK_HAS_ADDRESS_SANITIZER;

  struct Block {
    Block* next;
  };

  class Lists {
   public:
    Lists() = default;
    Lists(const Lists&) = delete;
    Lists& operator=(const Lists&) = delete;
    ~Lists() {
      for (Block* block : free_) {
        while (block != nullptr) ::operator delete(std::exchange(block, block->next));
      }
    }
    Block*& of(std::size_t size) { return free_[size > kLargest ? 0 : (size + kStep - 1) / kStep]; }

   private:
    std::array<Block*, kLargest / kStep + 1> free_{};
  };

  static std::size_t rounded(std::size_t size) { return (size + kStep - 1) / kStep * kStep; }
  static Lists& lists() {
    static thread_local Lists the_lists;
    return the_lists;
  }
};

// For containers that live as long as a frame.
template <class T>
struct FrameAllocator {
  using value_type = T;
  FrameAllocator() = default;
  template <class U>
  FrameAllocator(const FrameAllocator<U>& /*other*/) {}

  T* allocate(std::size_t count) { return static_cast<T*>(FramePool::take(count * sizeof(T))); }
  void deallocate(T* storage, std::size_t count) {
    FramePool::give_back(storage, count * sizeof(T));
  }
  friend bool operator==(const FrameAllocator&, const FrameAllocator&) = default;
};

}  // namespace picklock
