#include "reports/check_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "reports/operation_picture.h"
#include "reports/terminal.h"

namespace picklock {
namespace {

std::string paragraph(std::string_view text, Ink ink, const TerminalStyle& style) {
  std::string out;
  for (const std::string& line : wrapped(printable(text, style), width_of(style) - 2)) {
    out += "  " + inked(line, ink, style) + "\n";
  }
  return out;
}

Ink ink_of(Status status) {
  if (status == Status::violated) return Ink::wrong;
  return status == Status::holds ? Ink::good : Ink::warn;
}

std::string_view word_of(Status status) {
  if (status == Status::violated) return "VIOLATED";
  return status == Status::holds ? "HOLDS" : "UNDECIDED";
}

std::string figures_of(const CheckResult& result) {
  std::string text = counted(result.judgement.operations, "operation");
  if (result.objects > 1) text += fmt::format(" on {}", counted(result.objects, "object"));
  if (result.unknown > 0) text += fmt::format(", {} unknown", grouped(result.unknown));
  return text;
}

std::string headline(const CheckResult& result, const TerminalStyle& style) {
  const Status status = result.judgement.status;
  const std::string verdict = fmt::format("{} {}", symbol(status, style), word_of(status));
  const std::string file = printable(result.file, style);
  const std::string figures = figures_of(result);
  const std::size_t used = cells(verdict) + 2 + cells(file);
  const bool fits = used + 2 + figures.size() <= width_of(style);
  std::string out = inked(verdict, ink_of(status), style) + "  " + inked(file, Ink::bold, style);
  out += fits ? std::string(width_of(style) - used - figures.size(), ' ') : "\n  ";
  return out + inked(figures, Ink::dim, style) + "\n";
}

std::string violation_text(const CheckResult& result, const TerminalStyle& style) {
  const Judgement& judged = result.judgement;
  std::string out = "\n";
  const std::size_t count = result.sub_history.size();
  std::string about = count == 1
                          ? std::string("nothing explains this operation")
                          : fmt::format("nothing explains these {} operations together", count);
  if (judged.is_minimal && count > 1) about += ", and each of them is needed for that";
  if (!result.object.empty()) about = fmt::format("{}: {}", result.object, about);
  if (result.times_are_positions) about += " (times are positions in the log)";
  out += paragraph(about, Ink::dim, style) + "\n";
  out += draw_operations(result.sub_history, judged.violated_at, result.times_are_positions, style);
  if (!result.remarks.empty()) {
    constexpr std::size_t kMost = 3;
    std::string meanwhile = "meanwhile: ";
    for (std::size_t i = 0; i < std::min(kMost, result.remarks.size()); ++i) {
      meanwhile += (i == 0 ? "" : "; ") + result.remarks[i];
    }
    if (result.remarks.size() > kMost) {
      meanwhile += fmt::format("; and {} more", result.remarks.size() - kMost);
    }
    out += "\n" + paragraph(meanwhile, Ink::dim, style);
  }
  const std::string before = judged.prefix == 0
                                 ? "nothing had returned before"
                                 : fmt::format("what had returned before has an explanation: {}",
                                               counted(judged.prefix, "operation"));
  return out + "\n" + paragraph(before, Ink::dim, style);
}

}  // namespace

std::string in_words(const Specification& specification) {
  const SpecificationEntry& entry = entry_of(specification.kind);
  std::string text(entry.demands);
  if (specification.kind == SpecificationKind::semaphore) {
    text += fmt::format("; {}", counted(specification.permits, "permit"));
  }
  if (specification.limit > 0) text += fmt::format("; at most {} deep", specification.limit);
  if (specification.kind == SpecificationKind::lease && specification.ttl > Duration::zero()) {
    text += fmt::format("; it lasts {}", to_string(specification.ttl));
    const Ratio drift = specification.drift;
    if (drift != Ratio{}) {
      text += fmt::format(", less {}/{} of that", drift.numerator(), drift.denominator());
    }
  }
  if (!specification.initial.empty()) text += fmt::format("; {} at first", specification.initial);
  text += specification.refusals == Refusals::strict ? "; a refusal must have had its reason"
                                                     : "; refusals are not judged";
  text += specification.timeouts == Timeouts::go_on ? "; whoever timed out may go on"
                                                    : "; whoever timed out has stopped";
  return text;
}

std::string check_text(const CheckResult& result, const TerminalStyle& style) {
  const Judgement& judged = result.judgement;
  std::string out = headline(result, style);
  out += paragraph(to_string(judged.specification), Ink::plain, style);
  out += paragraph(in_words(judged.specification), Ink::dim, style);
  if (judged.status == Status::violated) {
    out += "\n" + paragraph(judged.reason, Ink::bold, style) + violation_text(result, style);
  } else if (judged.status == Status::undecided) {
    out += "\n" + paragraph(judged.undecided_because, Ink::plain, style);
  }
  if (result.verified == Verified::yes) {
    out += paragraph("the certificate was checked again, by other code: it proves the verdict",
                     Ink::good, style);
  } else if (result.verified == Verified::no) {
    out += paragraph("the certificate does not prove the verdict: this is a defect of picklock",
                     Ink::wrong, style);
  }
  return out;
}

std::string check_line(const CheckResult& result, const TerminalStyle& style) {
  // Of a long path the end tells files apart.
  std::string file = printable(result.file, style);
  constexpr std::size_t kMost = 32;
  if (cells(file) > kMost && file.size() == cells(file))
    file = "..." + file.substr(file.size() - kMost + 3);
  const Status status = result.judgement.status;
  const std::string about = status == Status::violated    ? result.judgement.reason
                            : status == Status::undecided ? result.judgement.undecided_because
                                                          : figures_of(result);
  const std::string begin =
      fmt::format("{}  {}: ", file, name_of(result.judgement.specification.kind));
  std::string words = printable(about, style);
  const std::size_t used = 2 + cells(begin);
  const std::size_t room = std::max<std::size_t>(width_of(style), used + 16) - used;
  if (cells(words) > room) words = wrapped(words, room - 3).front() + "...";
  return inked(symbol(status, style), ink_of(status), style) + " " + begin + words + "\n";
}

std::string check_summary(const CheckDocument& document, std::string_view next_command,
                          const TerminalStyle& style) {
  std::string out;
  if (document.results.size() > 1) {
    const auto count = [&](Status status) {
      return std::ranges::count_if(document.results, [status](const CheckResult& result) {
        return result.judgement.status == status;
      });
    };
    out += fmt::format("\n{}: {} hold, {} violated, {} undecided\n",
                       counted(document.results.size(), "result"), count(Status::holds),
                       count(Status::violated), count(Status::undecided));
  }
  if (document.interrupted)
    out += inked("interrupted: what is left was not judged\n", Ink::warn, style);
  if (!next_command.empty()) {
    out += "\n" + printable("→ " + std::string(next_command), style) + "\n";
  }
  return out;
}

}  // namespace picklock
