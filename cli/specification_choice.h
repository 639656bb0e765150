// By what a history is judged: what the user named, else what the operations tell, else a question.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock::cli {

struct SpecificationChoice {
  std::optional<Specification> specification;
  std::string question;  // for the user, when there is none: complete lines
};

// Of the named ones the first that understands every operation counts. If there is none, they may have been
// meant for another part of the file, if it has one; otherwise that is a mistake.
SpecificationChoice choose_specification(const OperationHistory& history,
                                         std::span<const Specification> named, bool has_other_part,
                                         const std::string& file);

}  // namespace picklock::cli
