// Histories of maps, {:type :invoke, :f :acquire, ...} or {"type": "invoke", ...}: in one vector, or one
// after the other.
#include <string_view>

#include "checker/formats/event_pairing.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

class MapReader {
 public:
  MapReader(HistoryBuilder& builder, Dialect dialect)
      : builder_(builder),
        tokens_(builder.text(), dialect),
        forms_(tokens_, builder.values()),
        pairing_(builder) {}

  void read() {
    while (read_one()) {
    }
    pairing_.finish();
  }

 private:
  // False when there is nothing more to read.
  bool read_one() {
    const TextToken token = tokens_.next();
    if (!builder_.goes_on(token.at)) return false;
    switch (token.kind) {
      case Kind::tag:  // of a map or of the vector
        return true;
      case Kind::end:
        if (open_ && !unclosed_) {
          builder_.complain(token.at, "expected the bracket that ends the history, got the end");
        }
        return false;
      case Kind::list_open:
        if (open_) return recover(token, Trouble{token.at, "expected an event, got a list"});
        open_ = true;
        return true;
      case Kind::close:
        if (!open_ || token.text.front() == '}') {
          return recover(token, Trouble{token.at, "expected an event, got a closing bracket"});
        }
        open_ = false;
        return true;
      case Kind::map_open:
        return read_event(token) || recover(token, forms_.trouble());
      default:
        forms_.fail(token, "an event such as {:process 0, :type :invoke, :f :acquire}");
        return recover(token, forms_.trouble());
    }
  }

  bool read_event(const TextToken& brace) {
    LoggedEvent event;
    event.at = brace.at;
    if (!forms_.read_map([&](std::string_view key) { return read_field(key, event); }))
      return false;
    pairing_.add(event);
    return true;
  }

  bool read_field(std::string_view key, LoggedEvent& event) {
    if (key == "process") return event.has_process = forms_.read(event.process);
    if (key == "type") {
      const TextToken type = tokens_.next();
      if (type.kind != Kind::keyword && type.kind != Kind::text) {
        return forms_.fail(type, "invoke, ok, fail or info");
      }
      event.type = event_type(type.text);
      return event.type != EventType::none || forms_.fail(type, "invoke, ok, fail or info");
    }
    if (key == "f") return read_function(event);
    if (key == "value") return forms_.read(event.value);
    if (key == "key") return event.has_key = forms_.read(event.key);
    if (key == "owner") return forms_.read(event.owner);
    return forms_.skip();
  }

  bool read_function(LoggedEvent& event) {
    const TextToken name = tokens_.next();
    const bool named = name.kind == Kind::keyword || name.kind == Kind::text;
    if (const auto verb = named ? verb_called(name.text) : std::nullopt) {
      event.verb = *verb;
      event.verb_known = true;
    }
    return forms_.read(name, event.function);
  }

  // Goes on with the next line that looks like an entry. A bracket that is never closed would swallow all
  // that follows at each attempt: some of those are enough.
  bool recover(const TextToken& begin, const Trouble& trouble) {
    constexpr int kMostUnclosed = 8;
    pairing_.skip();
    if (!trouble.unclosed) {
      builder_.complain(trouble);
    } else {
      builder_.complain(begin.at,
                        "expected an event that ends, got the end of the file inside of it");
      unclosed_ = true;
      if (++unclosed_count_ == kMostUnclosed) return false;
    }
    const std::string_view text = builder_.text();
    std::size_t at = begin.at;
    while ((at = text.find('\n', at)) != std::string_view::npos) {
      const std::size_t first = text.find_first_not_of(" \t\r,", ++at);
      if (first == std::string_view::npos) break;
      if (std::string_view("{#;])").find(text[first]) == std::string_view::npos) continue;
      tokens_.move_to(first);
      return true;
    }
    return false;
  }

  HistoryBuilder& builder_;
  Tokens tokens_;
  FormReader forms_;
  EventPairing pairing_;
  bool open_ = false;      // inside the history's own brackets
  bool unclosed_ = false;  // that was said already
  int unclosed_count_ = 0;
};

}  // namespace

void read_jepsen_maps(HistoryBuilder& builder, Dialect dialect) {
  MapReader(builder, dialect).read();
}

}  // namespace picklock
