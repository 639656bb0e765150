// Text as it may stand in the languages of other programs. What a scenario or a history calls itself can never
// become markup, a command, or the end of a field.
#pragma once

#include <string>
#include <string_view>

namespace picklock {

// The same text as valid UTF-8: what is none becomes U+FFFD, control characters but line feeds become "?".
std::string clean_text(std::string_view text);

// Character data or an attribute of XML 1.0.
std::string xml_text(std::string_view text);

// One line of GitHub-flavoured Markdown, also inside a table.
std::string markdown_text(std::string_view text);
// The same as code; back-ticks become apostrophes, because nothing escapes them there.
std::string markdown_code(std::string_view text);

// A message of a Mermaid sequence diagram: what its grammar might read becomes "#<code point>;".
std::string mermaid_text(std::string_view text);

// The message, and a property, of a workflow command of GitHub Actions.
std::string workflow_message(std::string_view text);
std::string workflow_property(std::string_view text);

// A field of RFC 4180. One that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_field(std::string_view text);

}  // namespace picklock
