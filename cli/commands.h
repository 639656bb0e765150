// One function a command: registers it with its flags; when it is chosen on the command line, `exit` gets
// what it came to.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/program.h"

namespace picklock::cli {

void add_run(CLI::App& app, Exit& exit);
void add_sweep(CLI::App& app, Exit& exit);
void add_throughput(CLI::App& app, Exit& exit);
void add_replay(CLI::App& app, Exit& exit);
void add_explore(CLI::App& app, Exit& exit);
void add_shrink(CLI::App& app, Exit& exit);
void add_explain(CLI::App& app, Exit& exit);
void add_check(CLI::App& app, Exit& exit);
void add_report(CLI::App& app, Exit& exit);
void add_history(CLI::App& app, Exit& exit);
void add_real(CLI::App& app, Exit& exit);
void add_compare(CLI::App& app, Exit& exit);
void add_doctor(CLI::App& app, Exit& exit);
void add_list(CLI::App& app, Exit& exit);
void add_lint(CLI::App& app, Exit& exit);
void add_schema(CLI::App& app, Exit& exit);

}  // namespace picklock::cli
