#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "real/doctor.h"
#include "reports/terminal.h"

namespace picklock::cli {
namespace {

bool is_missing(const Probe& probe) {
  return probe.needed && !probe.works;
}

void print_json(const std::vector<Probe>& probes, bool ready) {
  nlohmann::ordered_json json;
  json["schema"] = "picklock-doctor-1";
  json["ready"] = ready;
  json["probes"] = nlohmann::ordered_json::array();
  for (const Probe& probe : probes) {
    json["probes"].push_back({{"group", probe.group},
                              {"name", probe.name},
                              {"works", probe.works},
                              {"needed", probe.needed},
                              {"found", probe.found},
                              {"advice", probe.advice}});
  }
  fmt::print("{}\n", json.dump(2));
}

void print_text(const std::vector<Probe>& probes, bool ready) {
  const TerminalStyle style = terminal_style();
  for (const Probe& probe : probes) {
    const std::string_view mark = probe.works    ? symbol(Status::holds, style)
                                  : probe.needed ? symbol(Status::violated, style)
                                                 : vacuous_symbol(style);
    fmt::print("{} {:<7} {:<13} {}\n", mark, probe.group, probe.name, probe.found);
    if (!probe.advice.empty()) fmt::print("{:24}{}\n", "", probe.advice);
  }
  fmt::print("{}\n", ready ? "picklock real can run here." : "picklock real cannot run here.");
}

}  // namespace

void add_doctor(CLI::App& app, Exit& exit) {
  auto format = std::make_shared<std::string>("text");
  CLI::App* doctor =
      app.add_subcommand("doctor", "Says what this machine offers to picklock real, by trying it");
  doctor->add_option("--format", *format, "text or json");
  doctor->footer("Example: picklock doctor");
  doctor->callback([format, &exit] {
    Complaints wrong;
    check_format(*format, wrong);
    for (const std::string& one : wrong) fmt::print(stderr, "picklock doctor: {}\n", one);
    exit = Exit::usage;
    if (!wrong.empty()) return;
    const std::vector<Probe> probes = examine_machine();
    const bool ready = std::ranges::none_of(probes, is_missing);
    if (*format == "json") {
      print_json(probes, ready);
    } else {
      print_text(probes, ready);
    }
    exit = ready ? Exit::met : Exit::environment;
  });
}

}  // namespace picklock::cli
