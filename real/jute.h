// Jute, the encoding of ZooKeeper's wire protocol: big-endian numbers, texts and lists behind their lengths.
//
// Source: zookeeper.jute and the record classes of Apache ZooKeeper 3.8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picklock {

// Appends to a text that outlives it.
class JuteWriter {
 public:
  explicit JuteWriter(std::string& to) : to_(to) {}

  void i32(std::int32_t value) { number(static_cast<std::uint32_t>(value), 4); }
  void i64(std::int64_t value) { number(static_cast<std::uint64_t>(value), 8); }
  void boolean(bool value) { to_ += value ? '\1' : '\0'; }
  void text(std::string_view value) {
    i32(static_cast<std::int32_t>(value.size()));
    to_ += value;
  }

 private:
  void number(std::uint64_t value, int bytes) {
    while (bytes-- > 0) to_ += static_cast<char>(value >> (8 * bytes) & 0xff);
  }

  std::string& to_;
};

// Reads bytes that outlive it. What is missing reads as 0 and empty, and is_whole() is false from then on.
class JuteReader {
 public:
  explicit JuteReader(std::string_view bytes) : bytes_(bytes) {}

  std::int32_t i32() { return static_cast<std::int32_t>(number(4)); }
  std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }
  bool boolean() { return number(1) != 0; }
  std::string_view text() {  // a null text is an empty one
    const std::int32_t size = i32();
    return size <= 0 ? std::string_view() : take(static_cast<std::size_t>(size));
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values;
    for (std::int32_t left = i32(); left > 0 && whole_; --left) values.emplace_back(text());
    return values;
  }
  bool is_whole() const { return whole_; }

 private:
  std::string_view take(std::size_t size) {
    whole_ &= size <= bytes_.size();
    if (!whole_) return {};
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }

  std::string_view bytes_;
  bool whole_ = true;
};

// Cuts a stream of bytes into frames: each is a length of four bytes, and so many bytes.
class FrameStream {
 public:
  static constexpr std::size_t kLongest = std::size_t{16} << 20;

  void feed(std::string_view bytes) {
    if (!broken_) buffer_.append(bytes);
  }
  // The next whole frame with its length, valid until the next call of any function.
  std::optional<std::string_view> next() {
    buffer_.erase(0, taken_);
    taken_ = 0;
    if (buffer_.size() < kHead || broken_) return std::nullopt;
    const auto length = static_cast<std::uint32_t>(JuteReader(buffer_).i32());
    broken_ = length > kLongest;
    if (broken_ || buffer_.size() < kHead + length) return std::nullopt;
    taken_ = kHead + length;
    return std::string_view(buffer_).substr(0, taken_);
  }
  // A length that nobody sends: nothing will come from here any more.
  bool is_broken() const { return broken_; }

  static constexpr std::size_t kHead = 4;

 private:
  std::string buffer_;
  std::size_t taken_ = 0;
  bool broken_ = false;
};

// A frame around what `write` gives to a JuteWriter.
template <class Write>
std::string jute_frame(const Write& write) {
  std::string frame(FrameStream::kHead, '\0');
  JuteWriter writer(frame);
  write(writer);
  std::string head;
  JuteWriter(head).i32(static_cast<std::int32_t>(frame.size() - FrameStream::kHead));
  return frame.replace(0, FrameStream::kHead, head);
}

}  // namespace picklock
