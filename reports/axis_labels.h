// The labels of a time axis under or over a picture: on one line, or on two where they would touch.
#pragma once

#include <cstddef>
#include <vector>

#include "reports/canvas.h"
#include "reports/time_axis.h"

namespace picklock {

class AxisLabels {
 public:
  // The label of the axis' instant `place`. Places rise; a label that fits neither line is left out, since
  // the steps name every time.
  void add(const TimeAxis& axis, std::size_t place);

  // From top to bottom; the upper line only if it is needed.
  std::vector<CellLine> lines() const;

 private:
  CellLine upper_;
  CellLine lower_;
  std::size_t upper_end_ = 0;
  std::size_t lower_end_ = 0;
};

}  // namespace picklock
