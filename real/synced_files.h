// How much of each file of one process has reached the disk: what fsync() and fdatasync() have said so far. The
// fsync shim (fsync_shim.cc) writes it inside the process, and it outlives that.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace picklock {

class SyncedFiles {
 public:
  static constexpr std::size_t kMost = 64;

  // The first `size` bytes of this file, which was there at the same size before the sync began, are on disk. False:
  // there are more files than kMost. Several threads may tell of files.
  bool note(std::uint64_t inode, std::uint64_t size) {
    for (File& file : files_) {
      std::uint64_t owner = 0;
      const bool is_its = file.inode.compare_exchange_strong(owner, inode) || owner == inode;
      if (!is_its) continue;
      file.size.store(size, std::memory_order_release);
      return true;
    }
    return false;
  }
  // 0: nothing of it, as far as is known.
  std::uint64_t size_of(std::uint64_t inode) const {
    for (const File& file : files_) {
      if (file.inode.load() == inode) return file.size.load(std::memory_order_acquire);
    }
    return 0;
  }
  // Only while nobody writes: the files are gone, and others may get their numbers.
  void forget() {
    for (File& file : files_) {
      file.inode = 0;
      file.size = 0;
    }
  }

 private:
  struct File {
    std::atomic<std::uint64_t> inode{0};  // 0: free
    std::atomic<std::uint64_t> size{0};
  };

  File files_[kMost];
};

}  // namespace picklock
