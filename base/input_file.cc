#include "base/input_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace picklock {
namespace {

// Closes when the scope ends.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// False, with errno, when reading fails.
bool read_all(int descriptor, std::string& out) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  while (true) {
    const std::size_t used = out.size();
    out.resize(used + kBlock);
    const ssize_t got = ::read(descriptor, out.data() + used, kBlock);
    out.resize(used + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
  }
}

}  // namespace

Result<InputFile> InputFile::open(const std::string& path) {
  const auto wrong = [&](const std::string& why) {
    return Result<InputFile>(Diagnostics{{.file = path, .expected = why}});
  };
  const auto unreadable = [&] {
    return wrong("cannot be read: " + std::error_code(errno, std::generic_category()).message());
  };
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (descriptor.number() < 0 || fstat(descriptor.number(), &status) != 0) return unreadable();
  if (S_ISDIR(status.st_mode)) return wrong("expected a file, got a directory");

  InputFile file;
  if (S_ISREG(status.st_mode) && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.number(), 0);
    if (data == MAP_FAILED) return unreadable();
    madvise(data, size, MADV_SEQUENTIAL);
    file.data_ = static_cast<const char*>(data);
    file.size_ = size;
    file.mapped_ = true;
    return file;
  }
  if (!read_all(descriptor.number(), file.owned_)) return unreadable();
  file.data_ = file.owned_.data();
  file.size_ = file.owned_.size();
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept {
  *this = std::move(other);
}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(owned_, other.owned_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(released_, other.released_);
  std::swap(mapped_, other.mapped_);
  // A short string moves with its characters.
  if (!mapped_) data_ = owned_.data();
  if (!other.mapped_) other.data_ = other.owned_.data();
  return *this;
}

InputFile::~InputFile() {
  if (mapped_) munmap(const_cast<char*>(data_), size_);
}

void InputFile::release_before(std::size_t offset) {
  constexpr std::size_t kStep = std::size_t{16} << 20;  // a multiple of every page size
  const std::size_t until = offset / kStep * kStep;
  if (until < released_) released_ = 0;  // it is read once more
  if (!mapped_ || until <= released_) return;
  madvise(const_cast<char*>(data_) + released_, until - released_, MADV_DONTNEED);
  released_ = until;
}

}  // namespace picklock
