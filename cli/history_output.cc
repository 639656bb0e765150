#include "cli/history_output.h"

#include "checker/formats/history_writer.h"
#include "cli/program.h"
#include "cli/progress.h"

namespace picklock::cli {

bool write_history(const OperationHistory& history, const Output& output) {
  const auto write = output.kind == "edn" ? write_edn : write_operation_lines;
  Progress progress("writing " + output.path, "bytes", Total::unknown);
  std::uint64_t written = 0;
  return write_file_in_pieces(output.path, [&](const TextSink& sink) {
    write(history, [&](std::string_view piece) {
      sink(piece);
      progress.show(written += piece.size());
    });
  });
}

}  // namespace picklock::cli
