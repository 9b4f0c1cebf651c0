#include "logql/script.h"

#include <fstream>

#include "logql/script_line.h"

namespace sleipnir::testing {

namespace {

constexpr Nanos kAlignment = kHour;  // the base is a multiple of it: steps that divide it need no alignment over HTTP

/// `%i` is the number of the repetition.
std::string numbered(std::string text, uint64_t i) {
  for (size_t at = 0; (at = text.find("%i", at)) != std::string::npos;) {
    std::string number = std::to_string(i);
    text.replace(at, 2, number);
    at += number.size();
  }
  return text;
}

class ScriptReader {
 public:
  ScriptReader(Script& script, Nanos base) : script_(script), base_(base) {}

  void add(std::string_view text) {
    ++line_;
    LineReader line(text, base_);
    if (line.at_end() || line.next_is("#")) return;
    bool indented = text.front() == ' ' || text.front() == '\t';
    if (!indented) return begin(line);
    if (script_.commands.empty()) throw ScriptError{"an indented line must follow a command"};
    Command& command = script_.commands.back();
    if (auto* load = std::get_if<Load>(&command)) return add_entry(*load, line);
    if (auto* eval = std::get_if<Eval>(&command)) return add_expectation(*eval, line);
    throw ScriptError{"nothing may follow `clear`"};
  }
  void finish() { check_last(); }
  int line() const { return line_; }

 private:
  void begin(LineReader& line) {
    check_last();
    stream_.reset();
    if (line.take("clear")) script_.commands.emplace_back(Clear{});
    else if (line.take("load")) script_.commands.emplace_back(Load{});
    else if (line.take("eval")) begin_eval(line, false);
    else if (line.take("eval_fail")) begin_eval(line, true);
    else if (line.take("common")) language_ = Language::kCommon;
    else if (line.take("strict")) language_ = Language::kStrict;
    else if (line.take("additions")) language_ = Language::kAdditions;
    else throw ScriptError{"unknown command: " + std::string(line.rest())};
    if (!line.at_end()) throw ScriptError{"too much: " + std::string(line.rest())};
  }

  void begin_eval(LineReader& line, bool fails) {
    Eval eval;
    eval.line = line_;
    eval.language = language_;
    if (fails) eval.failure.emplace();
    if (line.take("instant")) {
      eval.kind = Eval::Kind::kInstant;
      if (!line.take("at")) throw ScriptError{"expected: eval instant at TIME QUERY"};
      eval.end = eval.start = line.time();
    } else {
      eval.kind = line.take("range") ? Eval::Kind::kRange : Eval::Kind::kLogs;
      if (eval.kind == Eval::Kind::kLogs && !line.take("logs")) throw ScriptError{"expected instant, range or logs"};
      auto [start, end, step] = line.times();
      eval.start = start, eval.end = end, eval.step = step;
      if (eval.kind == Eval::Kind::kRange && (step <= 0 || kAlignment % step != 0)) throw ScriptError{"the step must divide an hour"};
    }
    begin_query(eval, line);
    script_.commands.emplace_back(std::move(eval));
  }

  void begin_query(Eval& eval, LineReader& line) {
    while (true) {
      if (line.take("forward")) eval.direction = Direction::kForward;
      else if (line.take("backward")) eval.direction = Direction::kBackward;
      else if (line.take("limit")) eval.limit = line.count();
      else if (line.take("interval")) eval.interval = line.duration();
      else if (line.take("ordered")) eval.ordered = true;
      else if (line.take("categorized")) eval.categorized = true;
      else break;
    }
    eval.query = line.rest();
  }

  /// `{stream} TIMES "line" name="metadata"`; the stream may stand on a line of its own, the rest on the lines after it.
  void add_entry(Load& load, LineReader& line) {
    if (line.next_is("{")) stream_ = line.labels();
    if (!stream_) throw ScriptError{"an entry needs a stream"};
    if (line.at_end()) return;
    auto [start, end, step] = line.times();
    if (end > start && step <= 0) throw ScriptError{"a range of entries needs a step"};
    Entry entry{start, line.string(), metadata(line)};
    if (!step) return load.entries.push_back({*stream_, std::move(entry)});
    uint64_t i = 0;
    for (Nanos t = start; t <= end; t += step, ++i) {
      StoredEntry& e = load.entries.emplace_back(StoredEntry{*stream_, Entry{t, numbered(std::string(entry.line), i), {}}});
      for (const Label& label : entry.metadata) e.entry.metadata.set(label.name, numbered(label.value, i));
    }
  }

  static LabelSet metadata(LineReader& line) { return line.at_end() ? LabelSet() : line.labels(); }

  void add_expectation(Eval& eval, LineReader& line) {
    if (line.take(">")) return static_cast<void>(eval.query += "\n" + std::string(line.rest()));
    if (eval.failure) return add_failure(*eval.failure, line);
    if (line.take("empty")) return static_cast<void>(eval.empty = true);
    if (line.take("scalar")) return static_cast<void>(eval.scalar = line.values().value);
    if (eval.kind == Eval::Kind::kLogs) return add_expected_entry(eval, line);
    ExpectedSeries series{line.labels(), {}};
    while (!line.at_end()) {
      auto [value, repeat] = line.values();
      series.values.insert(series.values.end(), repeat, value);
    }
    eval.series.push_back(std::move(series));
  }

  void add_expected_entry(Eval& eval, LineReader& line) {
    if (line.next_is("{")) stream_ = line.labels();
    if (!stream_) throw ScriptError{"an expected entry needs a stream"};
    if (line.at_end()) return;
    ExpectedEntry expected{*stream_, {}, {}};
    expected.entry.timestamp = line.time();
    expected.entry.line = line.string();
    if (line.take("metadata")) expected.entry.metadata = line.labels();
    if (line.take("parsed")) expected.parsed = line.labels();
    if (!line.at_end()) throw ScriptError{"too much: " + std::string(line.rest())};
    eval.entries.push_back(std::move(expected));
  }

  static void add_failure(ExpectedFailure& failure, LineReader& line) {
    if (line.take("message:")) failure.message = line.next_is("`") || line.next_is("\"") ? line.string() : std::string(line.rest());
    else if (line.take("contains:")) failure.part = line.next_is("`") || line.next_is("\"") ? line.string() : std::string(line.rest());
    else if (line.take("status:")) failure.status = static_cast<int>(line.count());
    else throw ScriptError{"expected message:, contains: or status:"};
  }

  /// An eval that expects nothing would pass whatever comes: it has to say `empty`.
  void check_last() const {
    if (script_.commands.empty()) return;
    auto* eval = std::get_if<Eval>(&script_.commands.back());
    if (!eval) return;
    bool something = eval->scalar || !eval->series.empty() || !eval->entries.empty();
    bool failure = eval->failure && (!eval->failure->message.empty() || !eval->failure->part.empty());
    if (something + failure + eval->empty != 1) throw ScriptError{"the eval of line " + std::to_string(eval->line) + " needs an expectation"};
    uint64_t steps = eval->kind == Eval::Kind::kRange ? static_cast<uint64_t>((eval->end - eval->start) / eval->step) + 1 : 1;
    for (const ExpectedSeries& series : eval->series)
      if (series.values.size() != steps)
        throw ScriptError{"the eval of line " + std::to_string(eval->line) + " has " + std::to_string(steps) + " steps, but " +
                          std::to_string(series.values.size()) + " values for " + series.labels.to_string()};
  }

  Script& script_;
  Nanos base_;
  int line_ = 0;
  Language language_ = Language::kCommon;
  std::optional<LabelSet> stream_;
};

}  // namespace

Result<Script> read_script(const std::filesystem::path& path, Nanos base) {
  Script script{path, {}};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorKind::kIo, path.string() + ": cannot be read"};
  ScriptReader reader(script, base);
  try {
    for (std::string text; std::getline(in, text);) reader.add(text);
    reader.finish();
  } catch (const ScriptError& e) {
    return invalid(path.filename().string() + ":" + std::to_string(reader.line()) + ": " + e.message);
  }
  return script;
}

}  // namespace sleipnir::testing
