// What all readers share: names that become numbers, complaints with their places, and the checks that
// every history must pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "checker/formats/forms.h"
#include "checker/formats/history_reader.h"

namespace picklock {

// Numbers for names, from 0 in the order in which they are first asked for. 3 and "3" are one name.
class NumberedNames {
 public:
  std::uint32_t number_of(Value name, const ValueTable& values);
  std::vector<std::string> take() { return std::move(names_); }
  const std::vector<std::string>& all() const { return names_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::vector<std::string> names_;
  std::vector<std::uint32_t> small_;  // of the integers from 0 on, which most processes are
  std::unordered_map<std::uint64_t, std::uint32_t> others_;  // looked up, never walked through
};

// One operation as a line of its own: the formats of picklock.
struct OperationRecord {
  std::size_t at = 0;  // offset in the text
  Value process;       // all that are nil were not given
  Value owner;
  Value object;
  Value function;
  Value mode;
  Value argument;
  Value result;
  Value outcome;
  Value invoked;
  Value returned;
};

class HistoryBuilder {
 public:
  HistoryBuilder(std::string_view text, const ReadOptions& options)
      : text_(text), options_(options) {}

  std::string_view text() const { return text_; }
  ValueTable& values() { return history_.values; }
  OperationHistory& history() { return history_; }

  std::uint32_t process(Value name) { return processes_.number_of(name, history_.values); }
  std::uint32_t owner(Value name) { return owners_.number_of(name, history_.values); }
  std::uint32_t object(Value name) { return objects_.number_of(name, history_.values); }
  const std::string& process_name(std::uint32_t process) const { return processes_.all()[process]; }

  // The line of an offset, from 1. O(bytes since the offset that was last asked for).
  std::uint32_t line_of(std::size_t at);
  // Counts something that could not be read.
  void complain(std::size_t at, std::string expected);
  void complain(const Trouble& trouble) { complain(trouble.at, trouble.expected); }

  // Checks the record and adds its operation, or complains.
  void add(const OperationRecord& record);

  // To be called for each line or entry. False: reading must stop here.
  bool goes_on(std::size_t at) { return !has_enough_ && (at < next_look_ || look(at)); }

  // Puts the operations in the order of invocation, and complains about those that return before they
  // are invoked or share their process with another one.
  Result<ReadHistory> finish(Format format);

 private:
  bool look(std::size_t at);
  void check_processes();

  std::string_view text_;
  const ReadOptions& options_;
  OperationHistory history_;
  NumberedNames processes_;
  NumberedNames owners_;
  NumberedNames objects_;
  Diagnostics malformed_;
  std::string too_large_;
  bool stopped_ = false;
  bool has_enough_ = false;  // whoever takes the operations
  std::size_t next_look_ = std::size_t{1} << 20;
  std::size_t line_at_ = 0;  // an offset, and its line
  std::uint32_t line_ = 1;
};

// One line after the other, without its end.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  // False at the end. Blank lines are passed over.
  bool next();
  std::string_view line() const { return line_; }
  std::size_t at() const { return begin_; }  // offset of the line

 private:
  std::string_view text_;
  std::string_view line_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Each reads the whole text of the builder.
void read_picklock_events(HistoryBuilder& builder);
void read_picklock_operations(HistoryBuilder& builder);
void read_jepsen_maps(HistoryBuilder& builder, Dialect dialect);
void read_jepsen_log(HistoryBuilder& builder);
void read_csv(HistoryBuilder& builder);

}  // namespace picklock
