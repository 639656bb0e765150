// Jepsen's text logs: "INFO  jepsen.util - 3	:invoke	:read	nil", also without what stands before the
// process, as in history.txt. Lines of other parts of the program are passed over.
#include <string_view>

#include "checker/formats/event_pairing.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

// Where the process stands in a line, or npos when the line does not tell of an operation.
std::size_t event_in(std::string_view line) {
  constexpr std::string_view kLogger = "jepsen.util";
  const std::size_t logger = line.find(kLogger);
  if (logger != std::string_view::npos) {
    const std::size_t rest = logger + kLogger.size();
    return line.find_first_not_of(" \t-", rest);
  }
  const std::size_t first = line.find_first_not_of(" \t");
  const std::size_t type = line.find_first_of(" \t", first);
  if (type == std::string_view::npos) return type;
  const std::size_t colon = line.find_first_not_of(" \t", type);
  return colon != std::string_view::npos && line[colon] == ':' ? first : std::string_view::npos;
}

// False, and trouble() of `forms`, when the line holds no event.
bool read_event(FormReader& forms, LoggedEvent& event) {
  const TextToken process = forms.tokens().next();
  event.at = process.at;
  if (!forms.read(process, event.process)) return false;
  event.has_process = true;
  const TextToken type = forms.tokens().next();
  if (type.kind == Kind::keyword) event.type = event_type(type.text);
  if (event.type == EventType::none) return forms.fail(type, ":invoke, :ok, :fail or :info");
  const TextToken name = forms.tokens().next();
  if (name.kind == Kind::keyword) {
    if (const auto verb = verb_called(name.text)) {
      event.verb = *verb;
      event.verb_known = true;
    }
  }
  if (!forms.read(name, event.function)) return false;
  const TextToken value = forms.tokens().next();
  // An error may follow, in any words.
  return value.kind == Kind::end || forms.read(value, event.value);
}

}  // namespace

void read_jepsen_log(HistoryBuilder& builder) {
  EventPairing pairing(builder);
  Lines lines(builder.text());
  while (lines.next() && builder.goes_on(lines.at())) {
    const std::size_t begin = event_in(lines.line());
    if (begin == std::string_view::npos) continue;
    // Up to the end of this line, so that nothing reaches into the next.
    Tokens tokens(builder.text().substr(0, lines.at() + lines.line().size()), Dialect::edn);
    tokens.move_to(lines.at() + begin);
    FormReader forms(tokens, builder.values());
    LoggedEvent event;
    if (read_event(forms, event)) {
      pairing.add(event);
    } else {
      builder.complain(forms.trouble());
      pairing.skip();
    }
  }
  pairing.finish();
}

}  // namespace picklock
