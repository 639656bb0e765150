#include "reports/pair_figures.h"

#include <algorithm>

namespace picklock {
namespace {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

double pairs_per_second(const MeasuredPoint& point) {
  std::vector<double> rates;
  for (const PairRound& round : point.rounds) {
    rates.push_back(static_cast<double>(round.pairs) * 1e9 /
                    static_cast<double>(round.length.count()));
  }
  return rates.empty() ? 0 : median(std::move(rates));
}

std::optional<double> ceiling_per_second(const MeasuredPoint& point) {
  std::vector<double> rates;
  for (const PairRound& round : point.rounds) {
    if (round.ceiling) rates.push_back(static_cast<double>(*round.ceiling));
  }
  if (rates.empty()) return std::nullopt;
  return median(std::move(rates));
}

const std::vector<Column>& pair_columns() {
  static const std::vector<Column> kColumns{
      {"pairs per second", "", "an acquire and its release, all clients together: median round"},
      {"acquire p50", "", "from the question to the grant, in seconds"},
      {"acquire p99", "", "of at least 100 acquires"},
      {"acquire p99.9", "", "of at least 1000 acquires"},
      {"ceiling", "",
       "pairs per second of redis-benchmark, with the same commands and as many connections to "
       "the first server; -: there is no such program"},
      {"of the ceiling", "", "pairs per second, by the ceiling"},
  };
  return kColumns;
}

std::vector<Cell> pair_cells(const MeasuredPoint& point) {
  const double rate = pairs_per_second(point);
  const std::optional<double> ceiling = ceiling_per_second(point);
  const Cell none{.mark = Mark::figure, .text = "-"};
  return {number_cell(rate),
          length_cell(point.waits.p50),
          length_cell(point.waits.p99),
          length_cell(point.waits.p999),
          ceiling ? number_cell(*ceiling) : none,
          ceiling ? number_cell(rate / *ceiling) : none};
}

}  // namespace picklock
