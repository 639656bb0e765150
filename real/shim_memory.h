// Memory of its parent's that a child maps from inside a shim: the file that an environment variable names.
//
// No allocation and no library call that may ask for the time: redis-server's allocator does so while it starts.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <type_traits>

namespace picklock {

// Of internal linkage in its user: a shared library with unique symbols is never unloaded.
template <class Memory>  // `const Memory` is mapped to be read alone
class MemoryOfParent {
 public:
  constexpr explicit MemoryOfParent(const char* variable) : variable_(variable) {}

  // nullptr when there is none. It is looked for once. Two threads may map it at once; both mappings show the same.
  Memory* get() {
    if (tried_.load(std::memory_order_acquire)) return memory_.load(std::memory_order_relaxed);
    Memory* const known = map();
    memory_.store(known, std::memory_order_relaxed);
    tried_.store(true, std::memory_order_release);
    return known;
  }

 private:
  Memory* map() const {
    constexpr bool kReads = std::is_const_v<Memory>;
    const char* const path = std::getenv(variable_);
    if (path == nullptr) return nullptr;
    const int mode = (kReads ? O_RDONLY : O_RDWR) | O_CLOEXEC;
    const auto file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, mode, 0));
    if (file < 0) return nullptr;
    void* const memory = ::mmap(nullptr, sizeof(Memory),
                                kReads ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::syscall(SYS_close, file);
    return memory == MAP_FAILED ? nullptr : static_cast<Memory*>(memory);
  }

  const char* variable_;
  std::atomic<Memory*> memory_{nullptr};
  std::atomic<bool> tried_{false};
};

}  // namespace picklock
