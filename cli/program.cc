#include "cli/program.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include "base/control_group.h"

namespace picklock::cli {
namespace {

std::atomic<bool> g_interrupted{false};

std::int64_t wall_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

bool has(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_utf8_locale() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!has(variable)) continue;
    std::string value = std::getenv(variable);
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

int terminal_width(int stream) {
  winsize size{};
  const bool known = ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

const std::atomic<bool>& interrupted() {
  return g_interrupted;
}

void listen_for_interrupt() {
  struct sigaction action {};
  // The second Ctrl-C ends the program at once.
  action.sa_handler = [](int) { g_interrupted.store(true, std::memory_order_relaxed); };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

TerminalStyle terminal_style() {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  TerminalStyle style;
  style.colour = (is_terminal && !has("NO_COLOR")) || has("CLICOLOR_FORCE");
  style.unicode = is_utf8_locale();
  style.width = is_terminal ? std::clamp(terminal_width(STDOUT_FILENO), 40, 120) : 80;
  return style;
}

void print(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    fmt::print(stderr, "{}\n", to_string(diagnostic));
  }
}

bool write_file(const std::string& path, std::string_view content) {
  return write_file_in_pieces(path, [&](const auto& out) { out(content); });
}

bool write_file_in_pieces(const std::string& path, const PieceWriter& write) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool good = file != nullptr;
  if (good) {
    write([&](std::string_view piece) {
      good = good && std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
    });
    good = std::fflush(file) == 0 && good;
    const int error = errno;
    good = std::fclose(file) == 0 && good;
    if (!good && error != 0) errno = error;
  }
  if (!good) fmt::print(stderr, "picklock: cannot write {}: {}\n", path, std::strerror(errno));
  return good;
}

std::uint64_t available_memory() {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    std::uint64_t pages = 0;  // that are taken already
    std::ifstream("/proc/self/statm") >> pages;
    const std::uint64_t taken = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    bytes = limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, taken);
  }
  std::ifstream groups("/proc/self/cgroup");
  bytes = std::min(bytes, memory_left_by_control_groups(groups, "/sys/fs/cgroup"));
  std::ifstream system("/proc/meminfo");
  std::string name;
  std::uint64_t kilobytes = 0;
  std::string unit;
  while (system >> name >> kilobytes) {
    if (name == "MemAvailable:") bytes = std::min(bytes, kilobytes * 1024);
    std::getline(system, unit);
  }
  return bytes;
}

std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

double wall_seconds() {
  return static_cast<double>(wall_ns()) / 1e9;
}

}  // namespace picklock::cli
