// What a child process has synced to its disk, told to its parent: a part of the clock shim's library.
//
// PICKLOCK_SYNCED_FILES names the file of a SyncedFiles. A sync is carried out as ever; then the size that the file had
// before is noted. A file that cannot be noted ends the process: a power loss would take what is safe.
#ifdef PICKLOCK_CLOCK_SHIM

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "real/shim_memory.h"
#include "real/synced_files.h"

namespace {

constinit picklock::MemoryOfParent<picklock::SyncedFiles> synced_files("PICKLOCK_SYNCED_FILES");

int sync_and_note(long call, int file) {
  picklock::SyncedFiles* const synced = synced_files.get();
  struct stat before {};
  const bool is_file = synced != nullptr && ::fstat(file, &before) == 0 && S_ISREG(before.st_mode);
  const auto result = static_cast<int>(::syscall(call, file));
  if (is_file && result == 0) {
    if (!synced->note(before.st_ino, static_cast<std::uint64_t>(before.st_size))) std::abort();
  }
  return result;
}

}  // namespace

extern "C" {

int fsync(int file) {
  return sync_and_note(SYS_fsync, file);
}

int fdatasync(int file) {
  return sync_and_note(SYS_fdatasync, file);
}

}  // extern "C"

#endif
