#include "rules/rule_store.h"

#include <doctest/doctest.h>

#include "folder.h"

using namespace sleipnir;
using namespace sleipnir::rules;
using sleipnir::rules::testing::Folder;

namespace {

RuleGroup group(std::string name, std::string alert = "A") { return {.name = std::move(name), .rules = {{.alert = std::move(alert), .expr = "vector(1)"}}}; }

std::unique_ptr<RuleStore> open(const Folder& folder) {
  auto store = RuleStore::open({.directory = folder.path / "own", .read_only = folder.path / "ops"});
  REQUIRE_MESSAGE(store.ok(), store.error().message);
  return std::move(*store);
}

/// `namespace: group(alert), group(alert); …`
std::string shown(const RuleStore& store, const std::string& tenant) {
  std::string out;
  for (const auto& [name, groups] : store.list(tenant)) {
    out += (out.empty() ? "" : "; ") + name + ":";
    for (const RuleGroup& g : groups) out += " " + g.name + "(" + g.rules.at(0).alert + ")";
  }
  return out;
}

constexpr std::string_view kFile = "groups: [{name: %, rules: [{alert: A, expr: vector(1)}]}]";
std::string file(std::string_view name) { return std::string(kFile).replace(kFile.find('%'), 1, name); }

}  // namespace

TEST_CASE("rules are kept") {
  const Folder folder;
  auto store = open(folder);
  CHECK(store->set_group("t", "n", group("a")).ok());
  CHECK(store->set_group("t", "n", group("b")).ok());
  CHECK(store->set_group("t", "n", group("a", "B")).ok());
  CHECK(store->set_group("t", "../x/y z", group("c")).ok());
  CHECK(store->set_group("u", "n", group("d")).ok());
  CHECK(shown(*store, "t") == "../x/y z: c(A); n: a(B) b(A)");
  store = open(folder);
  CHECK(shown(*store, "t") == "../x/y z: c(A); n: a(B) b(A)");
  CHECK(shown(*store, "u") == "n: d(A)");
  CHECK(store->tenants() == std::vector<std::string>{"t", "u"});
  CHECK(store->remove_group("t", "n", "b").ok());
  CHECK(store->remove_namespace("t", "../x/y z").ok());
  CHECK(store->remove_group("u", "n", "d").ok());
  store = open(folder);
  CHECK(shown(*store, "t") == "n: a(B)");
  CHECK(store->tenants() == std::vector<std::string>{"t"});
}

TEST_CASE("what cannot be changed says why") {
  const Folder folder;
  folder.write("ops/t/o.yaml", file("g"));
  auto store = open(folder);
  const auto f = [](const Result<void>& done, ErrorKind kind, std::string_view text) {
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().kind == kind);
    CHECK_MESSAGE(done.error().message.starts_with(text), done.error().message);
  };
  f(store->remove_group("t", "n", "g"), ErrorKind::kNotFound, "group does not exist");
  f(store->remove_namespace("t", "n"), ErrorKind::kNotFound, "group namespace does not exist");
  f(store->set_group("t", "o.yaml", group("x")), ErrorKind::kInvalid, "namespace o.yaml is read-only");
  f(store->remove_group("t", "o.yaml", "g"), ErrorKind::kInvalid, "namespace o.yaml is read-only");
  f(store->set_group("t", std::string(300, 'n'), group("x")), ErrorKind::kInvalid, "the namespace has no name that a file can have");
  RuleGroup large = group("x");
  large.rules[0].annotations.set("a", std::string(9 << 20, 'x'));
  f(store->set_group("t", "n", large), ErrorKind::kInvalid, "the rules of a namespace are longer than 8 MiB");
  CHECK(shown(*store, "t") == "o.yaml: g(A)");
  CHECK(store->set_group("other", "o.yaml", group("x")).ok());
}

TEST_CASE("the operator's files are read again") {
  const Folder folder;
  folder.write("ops/t/a.yaml", file("one"));
  folder.write("ops/t/b.yml", file("two"));
  folder.write("ops/t/readme.txt", "no rules");
  folder.write("ops/t/.hidden.yaml", file("three"));
  folder.write("ops/t/bad.yaml", "groups: [{name: x, oops: 1}]");
  auto store = open(folder);
  CHECK(shown(*store, "t") == "a.yaml: one(A); b.yml: two(A)");
  CHECK_FALSE(store->reload());
  folder.write("ops/t/a.yaml", "groups: [{}]");
  CHECK_FALSE(store->reload());
  CHECK(shown(*store, "t") == "a.yaml: one(A); b.yml: two(A)");
  folder.write("ops/t/a.yaml", file("new"));
  std::filesystem::remove(folder.path / "ops/t/b.yml");
  folder.write("ops/u/c.yaml", file("four"));
  CHECK(store->reload());
  CHECK(shown(*store, "t") == "a.yaml: new(A)");
  CHECK(shown(*store, "u") == "c.yaml: four(A)");
}

TEST_CASE("a damaged file is set aside") {
  const Folder folder;
  folder.write("own/t/a.yaml", file("g"));
  folder.write("own/t/b.yaml", "groups: [");
  folder.write("own/t/c.yaml.tmp", "half a fi");
  auto store = open(folder);
  CHECK(shown(*store, "t") == "a: g(A)");
  CHECK(folder.read("own/t/b.yaml.damaged") == "groups: [");
}
