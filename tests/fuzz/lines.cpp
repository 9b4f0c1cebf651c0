// Any bytes as a line, through one of the stages that read lines; the first byte chooses which.
#include <memory>
#include <vector>

#include "row.h"

using namespace sleipnir;

namespace {

std::vector<std::shared_ptr<const logql::Pipeline>> pipelines() {
  std::vector<std::shared_ptr<const logql::Pipeline>> out;
  for (const char* stages : {
           "| json", "| json a=\"a\", b=\"b[0].c\", d=\"[\\\"x y\\\"]\"", "| logfmt", "| logfmt --strict", "| logfmt --keep-empty", "| logfmt a, b=\"c\"", "| unpack",
           "| pattern \"<ip> - <_> [<time>] \\\"<method> <path>\\\" <status>\"", "| regexp \"(?P<k>\\\\w+)=(?P<v>\\\\S*)\"", "| decolorize | json | logfmt",
           "|= \"a\" != \"zzz\" |~ \"[a-z]+\" !~ \"^$\"", "|> \"<_>a<_>\" | json", "| json | a > 5 or b <= 10ms or c != 5KB or d=ip(\"10.0.0.0/8\") or a=~\"x.*\"",
           "| json | line_format \"{{.a}} {{__line__}}\" | logfmt | keep a, b", "| json | label_format x=a, y=\"{{.b}}-{{.c}}\" | drop a, level=\"m\"", "|= ip(\"10.0.0.1\")"}) {
    const auto query = logql::parse("{app=\"a\"} " + std::string(stages));
    fuzz::require(query.ok(), "the query of the target parses", stages);
    const auto compiled = logql::Pipeline::compile(std::get<logql::LogExpr>((*query)->v).stages);
    fuzz::require(compiled.ok(), "the query of the target compiles", stages);
    out.push_back(*compiled);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto all = pipelines();
  if (size == 0) return 0;
  fuzz::run_line(*all[data[0] % all.size()], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
