#include "real/shared_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace picklock {

Result<SharedMemory> SharedMemory::create(const char* name, std::size_t size) {
  using Failed = Result<SharedMemory>;
  SharedMemory memory;
  memory.size_ = size;
  memory.file_ = ::memfd_create(name, 0);  // inherited over exec(): a server's clock reads it
  if (memory.file_ < 0 || ::ftruncate(memory.file_, static_cast<off_t>(size)) != 0) {
    return Failed::failure(std::string("expected to create shared memory: ") +
                           std::strerror(errno));
  }
  void* const data =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory.file_, 0);
  if (data == MAP_FAILED) {
    return Failed::failure(std::string("expected to map shared memory: ") + std::strerror(errno));
  }
  memory.data_ = data;
  return Failed(std::move(memory));
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      data_(std::exchange(other.data_, nullptr)),
      size_(other.size_) {}

SharedMemory::~SharedMemory() {
  if (data_ != nullptr) ::munmap(data_, size_);
  if (file_ >= 0) ::close(file_);
}

}  // namespace picklock
