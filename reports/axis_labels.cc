#include "reports/axis_labels.h"

#include <algorithm>
#include <string>

namespace picklock {

void AxisLabels::add(const TimeAxis& axis, std::size_t place) {
  const std::string& label = axis.labels[place];
  const std::size_t last = axis.end - std::min(axis.end, label.size());
  const std::size_t at = std::min(axis.columns[place], last);
  if (at >= lower_end_) {
    lower_.write(at, label, Ink::dim);
    lower_end_ = at + label.size() + 1;
  } else if (at >= upper_end_) {
    upper_.write(at, label, Ink::dim);
    upper_end_ = at + label.size() + 1;
  }
}

std::vector<CellLine> AxisLabels::lines() const {
  if (upper_end_ == 0) return {lower_};
  return {upper_, lower_};
}

}  // namespace picklock
