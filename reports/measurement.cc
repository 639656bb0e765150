#include "reports/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "checker/properties.h"
#include "reports/escape.h"
#include "reports/pair_figures.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

Cell missing(std::string text) {
  return {.mark = Mark::figure, .text = std::move(text)};
}

double ratio(std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

Cell share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return missing("nobody asked");
  // Never "100 %" when it was not always.
  const double rate = ratio(part, whole);
  std::string text = percent(rate, false);
  if (text == "100 %" && part < whole) text = "> 99 %";
  return {.mark = Mark::figure,
          .text = fmt::format("{} ({} of {})", text, part, whole),
          .figure = rate};
}

// Figures of a lock that was never granted do not exist.
Cell per_grant(std::uint64_t count, const MeasuredPoint& point) {
  return point.granted == 0 ? missing("no grant") : number_cell(ratio(count, point.granted));
}

Cell recovery(const MeasuredPoint& point) {
  if (point.holder_crashes == 0) return missing("not tried");
  Cell cell = length_cell(point.recoveries.most);
  if (point.recovered < point.holder_crashes) {
    const std::uint64_t never = point.holder_crashes - point.recovered;
    cell = missing(fmt::format("never in {} of {}", never, point.holder_crashes));
  }
  return cell;
}

const std::vector<Column>& throughput_columns() {
  static const std::vector<Column> kColumns{
      {"grants per second", "", "of virtual time, all clients together"},
      {"wait p50", "", "from the question to the grant, in seconds"},
      {"wait p99", "", "of at least 100 grants"},
      {"wait p99.9", "", "of at least 1000 grants"},
      {"messages", "", "with the lock's servers, a grant"},
      {"operations", "", "commands that the lock's servers executed, a grant"},
      {"hand-off p50", "", "from a release to the grant of a client that waited, in seconds"},
      {"bypasses", "", "grants to clients that asked later, a grant"},
      {"most bypassed", "", "the acquire that suffered most"},
      {"Jain index", "", "of the grants a client until the first was done: 1 is fair"},
      {"recovery", "",
       "from a holder's crash, or the first question after it, to the next grant: the longest of "
       "all runs, in seconds"},
  };
  return kColumns;
}

std::vector<Cell> throughput_cells(const MeasuredPoint& point) {
  const double seconds = static_cast<double>(point.active.count()) / 1e9;
  const Cell rate = seconds > 0 ? number_cell(static_cast<double>(point.granted) / seconds)
                                : missing("nobody asked");
  return {rate,
          length_cell(point.waits.p50),
          length_cell(point.waits.p99),
          length_cell(point.waits.p999),
          per_grant(point.lock_messages, point),
          per_grant(point.server_operations, point),
          length_cell(point.hand_offs.p50),
          per_grant(point.bypasses, point),
          number_cell(static_cast<double>(point.most_bypassed)),
          point.granted == 0 ? missing("no grant")
                             : number_cell(static_cast<double>(point.fairness_millionths) / 1e6),
          recovery(point)};
}

// The properties that something was there to judge for, in any point.
std::vector<Column> judged_columns(const std::vector<MeasuredPoint>& points) {
  std::vector<Column> columns;
  for (const Property& property : properties()) {
    const bool judged = std::ranges::any_of(points, [&](const MeasuredPoint& point) {
      return std::ranges::any_of(point.properties, [&](const PropertyResult& one) {
        return one.name == property.name && one.judged > 0;
      });
    });
    if (!judged) continue;
    columns.push_back(
        {std::string(property.name), std::string(property.id), std::string(property.title)});
  }
  return columns;
}

std::vector<Cell> sweep_cells(const MeasuredPoint& point, const std::vector<Column>& columns) {
  std::vector<Cell> cells;
  for (const Column& column : columns) {
    const auto found = std::ranges::find(point.properties, column.name, &PropertyResult::name);
    cells.push_back(found == point.properties.end() ? Cell{.text = "not judged"}
                                                    : interval_cell(*found));
  }
  cells.push_back(share(point.granted, point.asked));
  return cells;
}

void add_number(std::string& out, double value) {
  out += fmt::format(",{}", six_digits(value));
}

void add_fields(std::string& out, const Cell& cell) {
  if (cell.mark == Mark::figure) {
    out += ',';
    if (cell.figure) out += fmt::to_string(six_digits(*cell.figure));
    return;
  }
  if (cell.decided == 0) {
    out += ",,,,,";
    return;
  }
  add_number(out, cell.rate);
  add_number(out, cell.low);
  add_number(out, cell.high);
  out += fmt::format(",{},{}", cell.violated, cell.decided);
}

}  // namespace

Cell number_cell(double value) {
  const std::string text =
      value >= 100 || value == 0 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
  return {.mark = Mark::figure, .text = text, .figure = value};
}

Cell length_cell(const std::optional<Duration>& value) {
  if (!value) return missing("too few");
  return {.mark = Mark::figure,
          .text = rough_length(*value),
          .figure = static_cast<double>(value->count()) / 1e9};
}

std::string rough_length(Duration length) {
  std::int64_t unit = 1;
  while (std::abs(length.count()) / unit >= 1000) unit *= 10;
  const std::int64_t rounded = (length.count() + unit / 2) / unit * unit;
  return to_string(Duration(rounded));
}

Quantiles quantiles_of(const std::vector<Duration>& sorted) {
  Quantiles quantiles{.samples = sorted.size()};
  const auto at = [&](std::uint64_t thousandths) {
    const std::uint64_t rank = (sorted.size() * thousandths + 999) / 1000;
    return sorted[rank - 1];
  };
  if (sorted.empty()) return quantiles;
  quantiles.p50 = at(500);
  quantiles.most = sorted.back();
  if (sorted.size() >= 100) quantiles.p99 = at(990);
  if (sorted.size() >= 1000) quantiles.p999 = at(999);
  return quantiles;
}

Table measurement_table(const MeasurementDocument& document) {
  const bool is_sweep = document.kind == MeasurementKind::sweep;
  const bool is_real = document.kind == MeasurementKind::real_throughput;
  Table table{.title = is_sweep  ? "Share of runs in which a property was violated"
                       : is_real ? "Throughput on real servers"
                                 : "Throughput",
              .axes = document.axes};
  table.columns = is_sweep  ? judged_columns(document.points)
                  : is_real ? pair_columns()
                            : throughput_columns();
  for (const MeasuredPoint& point : document.points) {
    table.rows.push_back({.name = point.scenario,
                          .note = point.lock,
                          .cells = is_sweep  ? sweep_cells(point, table.columns)
                                   : is_real ? pair_cells(point)
                                             : throughput_cells(point),
                          .file = point.file,
                          .settings = point.settings});
  }
  if (is_sweep) {
    table.columns.push_back({"availability", "", "acquires that were granted"});
  }
  return table;
}

std::string table_csv(const Table& table) {
  std::string out = "scenario,file,lock";
  for (const std::string& axis : table.axes) out += "," + csv_field(axis);
  const auto is_figure = [&](std::size_t column) {
    return std::ranges::all_of(
        table.rows, [&](const Row& row) { return row.cells[column].mark == Mark::figure; });
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].name;
    out += "," + csv_field(name);
    if (is_figure(i)) continue;
    for (const std::string_view part : {" low", " high", " violated", " decided"}) {
      out += "," + csv_field(name + std::string(part));
    }
  }
  out += "\r\n";
  for (const Row& row : table.rows) {
    out += csv_field(row.name) + "," + csv_field(row.file) + "," + csv_field(row.note);
    for (const std::string& setting : row.settings) out += "," + csv_field(setting);
    for (const Cell& cell : row.cells) add_fields(out, cell);
    out += "\r\n";
  }
  return out;
}

}  // namespace picklock
