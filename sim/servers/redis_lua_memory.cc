#include "sim/servers/redis_lua_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace picklock {

void* RedisLuaMemory::take(std::size_t size) {
  const std::size_t number = class_of(size);
  if (Free* const block = free_[number]) {
    free_[number] = block->next;
    return block;
  }
  const std::size_t rounded = (number + 1) * kGrain;
  if (left_ < rounded) {
    chunks_.push_back(std::make_unique<std::byte[]>(kChunk));
    next_ = chunks_.back().get();
    left_ = kChunk;
  }
  std::byte* const block = next_;
  next_ += rounded;
  left_ -= rounded;
  return block;
}

void RedisLuaMemory::give(void* block, std::size_t size) {
  Free*& head = free_[class_of(size)];
  head = new (block) Free{head};
}

void* RedisLuaMemory::allocate(void* self, void* block, std::size_t old_size,
                               std::size_t new_size) {
  auto& memory = *static_cast<RedisLuaMemory*>(self);
  if (block != nullptr && is_small(old_size) && is_small(new_size) &&
      class_of(old_size) == class_of(new_size)) {
    return block;
  }
  // Large to large, and to nothing, is the C library's business.
  if (!is_small(old_size) && !is_small(new_size)) {
    if (new_size != 0) return std::realloc(block, new_size);
    std::free(block);
    return nullptr;
  }
  void* moved = nullptr;
  if (new_size != 0) {
    moved = is_small(new_size) ? memory.take(new_size) : std::malloc(new_size);
    if (moved == nullptr) return nullptr;
    if (block != nullptr) std::memcpy(moved, block, std::min(old_size, new_size));
  }
  if (block != nullptr) {
    if (is_small(old_size)) {
      memory.give(block, old_size);
    } else {
      std::free(block);
    }
  }
  return moved;
}

}  // namespace picklock
