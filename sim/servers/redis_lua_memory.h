// Memory for a Lua state: small blocks come from free lists, since a script run makes and drops a few
// small tables and strings. Nothing is given back before the end.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace picklock {

class RedisLuaMemory {
 public:
  // The lua_Alloc function; `self` is a RedisLuaMemory.
  static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);

 private:
  static constexpr std::size_t kGrain = 16;  // bytes; also the alignment of every block
  static constexpr std::size_t kClasses = 16;
  static constexpr std::size_t kChunk = 32 * 1024;

  struct Free {
    Free* next;
  };

  static std::size_t class_of(std::size_t size) { return (size - 1) / kGrain; }
  static bool is_small(std::size_t size) { return size > 0 && size <= kGrain * kClasses; }
  void* take(std::size_t size);
  void give(void* block, std::size_t size);

  std::array<Free*, kClasses> free_{};
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;  // unused rest of the last chunk
  std::size_t left_ = 0;
};

}  // namespace picklock
