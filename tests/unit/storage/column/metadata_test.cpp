// Structured metadata of a block: in sets or in columns, it comes back, and what is asked of columns is what the sets say.
#include <doctest/doctest.h>

#include "storage/column/block_filter.h"
#include "storage/column/field_column.h"
#include "storage/column/projected_sets.h"
#include "unit/storage/column/fixture.h"

namespace sleipnir::storage {
namespace {

/// A block of lines that say nothing, with this metadata.
struct MetadataBlock {
  std::vector<LabelSet> of_line;
  std::vector<std::string> coded;
  Stream streams[2] = {{0, LabelSet{{"app", "x"}}}, {1, LabelSet{{"app", "y"}, {"id", "stream"}}}};
  const Stream* pointers[2] = {&streams[0], &streams[1]};
  WrittenBlock written;
  std::vector<size_t> order;  ///< line of each row

  explicit MetadataBlock(std::vector<LabelSet> sets) : of_line(std::move(sets)) {
    std::vector<BlockRow> rows;
    std::map<std::string, uint32_t> codes;
    std::vector<std::string_view> views;
    for (size_t i = 0; i < of_line.size(); ++i) {
      put_labels(coded.emplace_back(), of_line[i]);
      const auto [code, is_new] = codes.try_emplace(coded.back(), static_cast<uint32_t>(codes.size()));
      if (is_new) views.push_back(code->first);
      rows.push_back({static_cast<uint32_t>(i % 2), code->second, static_cast<Nanos>(i), i, "line"});
    }
    for (size_t stream : {0, 1})
      for (size_t i = stream; i < of_line.size(); i += 2) order.push_back(i);
    written = write_block(std::move(rows), views);
  }

  BlockReader reader() const {
    auto meta = decode_meta(encode_meta(written.meta));
    REQUIRE(meta.ok());
    return BlockReader(std::make_shared<const BlockMeta>(std::move(*meta)), [this](const Chunk& c) -> Result<std::string> { return written.bytes.substr(c.offset, c.length).append(8, '\0'); });
  }
  const LabelSet& set(uint32_t row) const { return of_line[order[row]]; }
  PickedRows all() const {
    PickedRows rows;
    const auto first = static_cast<uint32_t>((of_line.size() + 1) / 2), end = static_cast<uint32_t>(of_line.size());
    rows.add(0, {0, first}, true);
    if (end > first) rows.add(1, {first, end}, true);
    return rows;
  }
};

std::string value_of(const Column& column, size_t row) {
  const uint32_t code = column.codes.empty() ? 0 : column.codes[row];
  return code == Column::kAbsent ? "(none)" : std::string(column.dictionary[code]);
}

void check_sets(const MetadataBlock& block, BlockReader& reader) {
  if (!reader.meta().metadata_in_columns()) {
    const RowCodes& codes = **reader.set_codes();
    for (uint32_t row = 0; row < reader.rows(); ++row) REQUIRE(reader.meta().sets[codes[row]] == block.coded[block.order[row]]);
    return;
  }
  REQUIRE(reader.prepare_sets().ok());
  const RowCodes& lengths = **reader.metadata_lengths();
  for (uint32_t row = 0; row < reader.rows(); ++row) {
    std::string set;
    reader.append_set(row, set);
    REQUIRE(set == block.coded[block.order[row]]);
    REQUIRE(lengths[row] == block.set(row).bytes());
  }
}

void check_column(const MetadataBlock& block, BlockReader& reader, const std::string& name) {
  CAPTURE(name);
  PickedRows some = block.all();
  std::vector<uint8_t> keep(reader.rows());
  for (uint32_t row = 0; row < reader.rows(); ++row) keep[row] = row % 3 == 1 || row == 0;
  some.thin(keep);
  for (const PickedRows& rows : {block.all(), some}) {
    auto column = field_column(reader, rows, {WantedField::From::kMetadata, name});
    REQUIRE(column.ok());
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string* value = block.set(rows.rows()[i]).find(name);
      REQUIRE(value_of(**column, i) == (value ? *value : "(none)"));
    }
  }
}

void check_filter(const MetadataBlock& block, BlockReader& reader, const Predicate& where) {
  INFO(to_string(where));
  const PreparedPredicate prepared(where);
  const auto streams = std::span<const Stream* const>(block.pointers).first(reader.meta().streams.size());
  auto verdicts = BlockFilter(reader, streams, all_rows(reader), nullptr).verdicts(prepared);
  REQUIRE(verdicts.ok());
  for (uint32_t row = 0; row < reader.rows(); ++row) {
    const size_t i = block.order[row];
    const Verdict want = row_verdict(prepared, "line", block.streams[i % 2].labels, block.coded[i]);
    const bool undecided = prepared.test().is_expression() && (*verdicts)[row] == kMaybe;  // the time for it was over
    REQUIRE((undecided || (*verdicts)[row] == want));
  }
}

void check_projection(const MetadataBlock& block, BlockReader& reader, const std::vector<std::string>* names) {
  if (!reader.meta().metadata_in_columns()) return;
  const PickedRows rows = block.all();
  std::vector<std::shared_ptr<const Column>> columns;
  auto sets = project_columns(reader.meta(), names, rows.size(), [&](const std::string& name) -> Result<const Column*> {
    columns.push_back(*field_column(reader, rows, {WantedField::From::kMetadata, name}));
    return columns.back().get();
  });
  REQUIRE(sets.ok());
  std::map<LabelSet, uint32_t> known;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    LabelSet want;
    for (const Label& l : block.set(row))
      if (!names || std::find(names->begin(), names->end(), l.name) != names->end()) want.set(l.name, l.value);
    const uint32_t code = sets->of(row);
    REQUIRE(sets->labels(code) == want);
    REQUIRE(known.try_emplace(want, code).first->second == code);
  }
  CHECK(known.size() == sets->size());
}

/// `in_columns`: how it is kept.
void check(std::vector<LabelSet> of_line, bool in_columns) {
  const MetadataBlock block(std::move(of_line));
  BlockReader reader = block.reader();
  CHECK(reader.meta().metadata_in_columns() == in_columns);
  check_sets(block, reader);
  for (const char* name : {"id", "level", "n", "text", "none"}) {
    check_column(block, reader, name);
    for (const auto compare : {Predicate::Compare::kEqual, Predicate::Compare::kNotEqual, Predicate::Compare::kRegex, Predicate::Compare::kNotRegex, Predicate::Compare::kGreater})
      for (const char* text : {"", "7", "info", ".*1", "stream"})
        check_filter(block, reader, {.kind = Predicate::Kind::kMetadata, .text = text, .field = name, .number = 7, .compare = compare});
  }
  check_projection(block, reader, nullptr);
  for (const std::vector<std::string>& names : {std::vector<std::string>{}, {"level"}, {"id", "level"}, {"level", "n", "none", "text"}}) check_projection(block, reader, &names);
}

std::string hex_id(uint64_t i) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>((i + 1) * 0x9e3779b97f4a7c15ull));
  return digits;
}

std::vector<LabelSet> sets(size_t n, const std::function<LabelSet(size_t)>& of) {
  std::vector<LabelSet> out;
  for (size_t i = 0; i < n; ++i) out.push_back(of(i));
  return out;
}

TEST_CASE("metadata comes back from sets and from columns") {
  check(sets(1, [](size_t) { return LabelSet(); }), false);
  check(sets(500, [](size_t i) { return LabelSet{{"level", i % 3 ? "info" : "warn"}}; }), false);
  check(sets(500, [](size_t i) { return LabelSet{{"id", hex_id(i)}}; }), true);
  check(sets(500, [](size_t i) { return i % 5 ? LabelSet{{"id", hex_id(i / 2)}, {"level", i % 3 ? "info" : "warn"}, {"n", std::to_string(i % 50)}} : LabelSet(); }), true);
  check(sets(700, [](size_t i) {
    LabelSet set;
    if (i % 2) set.set("id", std::to_string(i));
    if (i % 3) set.set("level", "info");
    if (i % 7 == 0) set.set("n", i % 14 ? "" : "007");
    if (i % 5) set.set("text", std::string("a\"\\\n\xff\xc3 ", i % 7) + std::string(i % 11, 'x'));
    return set;
  }), true);
}

TEST_CASE("names that hardly any two rows share stay in sets") {
  check(sets(1500, [](size_t i) { return LabelSet{{"id" + std::to_string(i), "1"}}; }), false);
  check(sets(100, [](size_t i) { return LabelSet{{"id" + std::to_string(i), "1"}, {"level", "info"}}; }), true);
}

TEST_CASE("a block of as many sets as rows") {
  check(sets(kBlockRows, [](size_t i) { return LabelSet{{"id", hex_id(i)}, {"level", i % 3 ? "info" : "warn"}, {"n", std::to_string(i % 500)}, {"text", hex_id(i / 6) + hex_id(i / 6 + 1)}}; }), true);
}

TEST_CASE("damaged lists of names are found") {
  const MetadataBlock block(sets(100, [](size_t i) { return LabelSet{{"id", hex_id(i)}, {"level", "info"}}; }));
  const auto f = [&](auto change, bool want) {
    BlockMeta meta = block.written.meta;
    change(meta);
    CHECK(decode_meta(encode_meta(meta)).ok() == want);
  };
  f([](BlockMeta&) {}, true);
  f([](BlockMeta& m) { m.name_lists[0] = {}; }, true);
  f([](BlockMeta& m) { m.name_lists.clear(); }, false);
  f([](BlockMeta& m) { m.name_lists.resize(kMaxNameLists + 1); }, false);
  f([](BlockMeta& m) { m.name_lists[0].push_back(static_cast<uint32_t>(m.fields.size())); }, false);
  f([](BlockMeta& m) { m.name_lists[0].push_back(m.name_lists[0].back()); }, false);
  f([](BlockMeta& m) { std::swap(m.fields[m.fields.size() - 1], m.fields[m.fields.size() - 2]); }, false);
  f([](BlockMeta& m) { m.fields.back().field.path = {}; }, false);
  f([](BlockMeta& m) { m.fields.back().field.occurrence = 1; }, false);
  f([](BlockMeta& m) { m.fields.back().field.format = LineFormat::kJson; }, false);
  f([](BlockMeta& m) { m.sets.emplace_back(kNoLabels); }, false);
  f([](BlockMeta& m) { m.shapes.push_back({LineFormat::kJson, {"", ""}, {{SlotKind::kPlain, static_cast<uint32_t>(m.fields.size() - 1)}}}); }, false);
}

}  // namespace
}  // namespace sleipnir::storage
