// One HTML file that shows results and counterexamples: opened from disk, it asks for nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/check_picture.h"
#include "reports/check_result.h"
#include "reports/explanation.h"
#include "reports/measurement.h"
#include "reports/result.h"

namespace picklock {

// A recorded history that was judged.
struct CheckedHistory {
  CheckResult result;
  CheckPicture picture;
};

// A counterexample explained, and its schedule with each fix.
struct ExplainedRun {
  struct Variant {
    std::string fix;
    Status status = Status::holds;
    RunPicture run;  // when not violated, its counterexample is the window to draw
  };
  Explanation explanation;
  std::vector<Variant> variants;
};

// What one page is to show.
struct Page {
  std::string version;     // of picklock
  std::string command;     // that made it, as its user would type it
  ResultDocument results;  // scenarios, their verdicts if they have any, and their counterexamples
  std::optional<ExplainedRun> explained;  // the first counterexample
  std::vector<CheckedHistory> histories;
  std::vector<MeasurementDocument> measurements;
  std::vector<std::string> notes;  // what is not shown, and why
};

// The whole file, UTF-8. The same page gives the same bytes. Names and texts of the data cannot become
// markup, whatever they are.
std::string html_page(const Page& page);

}  // namespace picklock
