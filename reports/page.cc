#include "reports/page.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "reports/curves.h"
#include "reports/explanation.h"
#include "reports/facts.h"
#include "reports/page_template.h"
#include "reports/shrinking_text.h"
#include "reports/story_json.h"
#include "reports/table.h"
#include "reports/terminal.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

// The data stand inside a script element, which ends at the first "</script", whatever surrounds it. Nothing
// that begins a tag, a comment or a line of script is left in it.
std::string embedded(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) {
      out += rest.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (text[i] == '<' || text[i] == '>' || text[i] == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(text[i]));
    } else {
      out += text[i];
    }
  }
  return out;
}

Json cell_json(const Cell& cell) {
  Json json;
  json["mark"] = to_string(cell.mark);
  json["share"] = cell.share;
  json["text"] = cell.text;
  json["note"] = cell.note;
  json["asked"] = cell.is_asked;
  json["alarm"] = cell.is_alarm;
  return json;
}

Json table_json(const Table& table) {
  Json json;
  json["title"] = table.title;
  json["axes"] = table.axes;
  json["columns"] = Json::array();
  for (const Column& column : table.columns) {
    json["columns"].push_back({{"name", column.name}, {"id", column.id}, {"title", column.title}});
  }
  json["rows"] = Json::array();
  for (const Row& row : table.rows) {
    Json one;
    one["name"] = row.name;
    one["note"] = row.note;
    one["alarm"] = row.is_alarm;
    one["settings"] = row.settings;
    one["cells"] = Json::array();
    for (const Cell& cell : row.cells) one["cells"].push_back(cell_json(cell));
    json["rows"].push_back(std::move(one));
  }
  return json;
}

// What the head of a page over many runs counts.
Json figures_json(const ResultDocument& document) {
  std::uint64_t met = 0;
  std::uint64_t violated = 0;
  std::uint64_t runs = 0;
  std::int64_t simulated_ns = 0;
  for (const ScenarioResult& result : document.results) {
    met += result.expectation_met ? 1U : 0U;
    const bool breaks = std::ranges::any_of(result.properties, [](const PropertyResult& property) {
      return property.status == Status::violated;
    });
    violated += breaks ? 1U : 0U;
    runs += result.runs;
    simulated_ns += result.simulated_ns;
  }
  return {{"scenarios", document.results.size()},
          {"as_expected", met},
          {"violated", violated},
          {"runs", runs},
          {"simulated_ns", simulated_ns}};
}

class PageData {
 public:
  explicit PageData(const Page& page) {
    json_["schema"] = "picklock-page-1";
    json_["version"] = page.version;
    json_["command"] = page.command;
    json_["notes"] = page.notes;
    json_["interrupted"] = page.results.interrupted;
    json_["figures"] = figures_json(page.results);
    json_["verdicts"] = table_json(verdict_table(page.results.results));
    json_["scenarios"] = Json::array();
    json_["runs"] = Json::array();
    json_["stories"] = Json::array();
    for (const ScenarioResult& result : page.results.results) add(result);
    if (page.explained && !json_["stories"].empty()) explain(*page.explained);
    json_["measurements"] = Json::array();
    for (const MeasurementDocument& measured : page.measurements) {
      Json json;
      json["command"] = measured.command;
      json["interrupted"] = measured.interrupted;
      json["table"] = table_json(measurement_table(measured));
      json["curves"] = curves_json(measured);
      json_["measurements"].push_back(std::move(json));
    }
    json_["histories"] = Json::array();
    for (const CheckedHistory& checked : page.histories) {
      Json json;
      json["id"] = unused("history:" + checked.result.file);
      json.update(check_story_json(checked.result, checked.picture));
      json_["histories"].push_back(std::move(json));
    }
  }

  const Json& json() const { return json_; }

 private:
  void add(const ScenarioResult& result) {
    const std::size_t scenario = json_["scenarios"].size();
    Json json;
    json["name"] = result.name;
    json["file"] = result.file;
    json["about"] = result.about;
    json["lock"] = result.lock;
    json["pitfall"] = result.pitfall;
    json["runs"] = result.runs;
    json["planned_runs"] = result.planned_runs;
    json["as_expected"] = result.expectation_met;
    json["strongest"] = result.strongest_spec;
    json["strongest_meaning"] = specification_meaning(result.strongest_spec);
    json["problems"] = result.problems;
    json["fixes"] = table_json(fix_table(result));
    json_["scenarios"].push_back(std::move(json));
    if (!result.first_violation) return;
    // The one that tells most opens first.
    add_story(scenario, result.name, *result.first_violation);
    for (const RunPicture& picture : result.violations) {
      if (picture.property != result.first_violation->property) {
        add_story(scenario, result.name, picture);
      }
    }
  }

  void add_story(std::size_t scenario, const std::string& name, const RunPicture& picture) {
    const Facts facts(picture.history);
    Json story;
    story["id"] = unused(name + ":" + picture.property);
    story["scenario"] = scenario;
    story["reproduce"] = picture.reproduce;
    story["shrinking"] = picture.shrinking ? shrinking_text(*picture.shrinking) : "";
    story["run"] = run_of(scenario, facts, picture);
    story.update(story_json(facts, picture));
    json_["stories"].push_back(std::move(story));
  }

  void explain(const ExplainedRun& explained) {
    const Explanation& explanation = explained.explanation;
    Json json;
    json["pitfall"] = explanation.pitfall;
    json["cause"] = explanation.cause;
    json["moral"] = explanation.moral;
    json["futures"] = Json::array();
    for (const Explanation::Step& step : explanation.steps) {
      json["futures"].push_back({nanoseconds(step.at), step.violated, step.futures});
    }
    json["fatal"] = point_of_no_return(explanation);
    json["trials"] = table_json(trial_table(explanation));
    json_["stories"][0]["explanation"] = std::move(json);
    const std::string name = json_["stories"][0]["id"];
    for (const ExplainedRun::Variant& variant : explained.variants) {
      add_story(0, name, variant.run);
      Json& story = json_["stories"].back();
      story["id"] = unused(name + "+" + variant.fix);
      story["fix"] = variant.fix;
      story["status"] = status_name(variant.status);
    }
  }

  // Several properties that one run breaks share it.
  std::size_t run_of(std::size_t scenario, const Facts& facts, const RunPicture& picture) {
    const auto [place, is_new] =
        runs_.try_emplace({scenario, picture.seed, picture.digest}, json_["runs"].size());
    if (is_new) json_["runs"].push_back(run_json(facts, picture.history));
    return place->second;
  }

  // Two files may contain scenarios of one name.
  std::string unused(const std::string& id) {
    const int count = ++ids_[id];
    return count == 1 ? id : fmt::format("{}~{}", id, count);
  }

  Json json_;
  std::map<std::tuple<std::size_t, std::uint64_t, std::uint64_t>, std::size_t> runs_;
  std::map<std::string, int> ids_;
};

}  // namespace

std::string html_page(const Page& page) {
  std::string out(page_before_data());
  out += embedded(PageData(page).json());
  out += page_after_data();
  return out;
}

}  // namespace picklock
