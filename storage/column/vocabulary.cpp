#include "storage/column/vocabulary.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/block_format.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

/// Beyond these a part's lines are too various to be told briefly: each is a few times what ordinary data need.
constexpr size_t kMostShapes = 1024, kMostFields = 4096, kMostForms = 100;
constexpr size_t kMaxBytes = 256 << 20;

/// Raw lines: one value that is all of the line.
const Field kRawLine{LineFormat::kText, {}, 0};
const Shape kRawShape{LineFormat::kText, {"", ""}, {{SlotKind::kText, 0}}};

/// An alphabet of more bytes denies next to nothing.
constexpr size_t kMostBytes = 72;

enum Flags : uint8_t { kAnything = 1, kFolded = 2, kDigitRuns = 4 };

}  // namespace

Vocabulary::Extent Vocabulary::Extent::of(std::string_view value) {
  Extent of{value.size(), 0};
  uint64_t run = 0;
  for (const char c : value) of.digits = std::max(of.digits, run = c >= '0' && c <= '9' ? run + 1 : 0);
  return of;
}

bool Vocabulary::OfField::may_hold(const TextTest& test) const {
  if (anything) return true;
  const Extent asked = Extent::of(test.text);
  const auto in_alphabet = [&](char c) { return alphabet[static_cast<uint8_t>(c)]; };
  if (asked.length <= most.length && asked.digits <= most.digits && std::all_of(test.text.begin(), test.text.end(), in_alphabet)) return true;
  return std::any_of(forms.begin(), forms.end(), [&](const auto& form) { return form_may_hold(form.first, form.second, test); });
}

bool Vocabulary::may_hold(AlignedNeedle& needle) const {
  if (anything_) return true;
  enum : uint8_t { kUnknown, kNo, kYes };
  std::vector<std::vector<uint8_t>> known(fields_.size());  // by field and test
  const auto field_may_hold = [&](uint32_t field, uint32_t test) {
    auto& of_field = known[field];
    if (of_field.size() <= test) of_field.resize(needle.tests().size());
    if (of_field[test] == kUnknown) of_field[test] = fields_[field].may_hold(needle.tests()[test]) ? kYes : kNo;
    return of_field[test] == kYes;
  };
  return std::any_of(shapes_.begin(), shapes_.end(), [&](const Shape& shape) {
    const AlignedNeedle::WithShape& ways = needle.with(shape);
    return ways.any || std::any_of(ways.alternatives.begin(), ways.alternatives.end(), [&](const auto& tests) {
      return std::all_of(tests.begin(), tests.end(), [&](const AlignedNeedle::SlotTest& t) { return field_may_hold(shape.slots[t.slot].field, t.test); });
    });
  });
}

bool Vocabulary::may_hold(const Field& field, const TextTest& test) const {
  if (anything_) return true;
  std::string coded;
  put_field(coded, field);
  const auto known = numbers_.find(coded);
  return known == numbers_.end() || fields_[known->second].may_hold(test);
}

void Vocabulary::give_up(OfField& field) {
  field.anything = true;
  field.forms.clear();
}

void Vocabulary::fold(OfField& field) {
  field.folded = true;
  for (const auto& [text, ranges] : std::exchange(field.forms, {})) {
    const std::string longest = ValueForm{text, ranges}.longest();
    add_alphabet(field, longest, Extent::of(longest));
    if (!ranges.empty()) add_alphabet(field, "0123456789", {});
  }
}

void Vocabulary::add_alphabet(OfField& field, std::string_view bytes, Extent most) {
  for (const char c : bytes) field.alphabet.set(static_cast<uint8_t>(c));
  field.most.add(most);
  if (field.alphabet.count() > kMostBytes) give_up(field);
}

void Vocabulary::add(OfField& field, const std::string& text, std::span<const NumberRange> numbers) {
  if (field.anything) return;
  auto& ranges = field.forms[text];
  ranges.resize(numbers.size());
  for (size_t n = 0; n < numbers.size(); ++n) ranges[n].add(numbers[n]);
  if (field.folded || field.forms.size() > kMostForms) fold(field);
}

void Vocabulary::set_fields(std::span<const Field> fields) {
  for (const Field& f : fields) number_of(f);
  if (fields_.size() > kMostFields) give_up();
}

void Vocabulary::add_shape(const Shape& shape) { add_shape_once(shape); }

void Vocabulary::add_shape_once(Shape shape) {
  if (anything_ || std::find(shapes_.begin(), shapes_.end(), shape) != shapes_.end()) return;
  shapes_.push_back(std::move(shape));
  if (shapes_.size() > kMostShapes) give_up();
}

void Vocabulary::add_form(uint32_t field, const ValueForm& form) {
  if (!anything_) add(fields_[field], form.text, form.numbers);
}

void Vocabulary::add_value(uint32_t field, std::string_view value) {
  if (anything_ || fields_[field].anything) return;
  if (fields_[field].folded) return add_alphabet(fields_[field], value, Extent::of(value));
  std::string text;
  std::vector<uint64_t> numbers;
  if (!cut_numbers(value, text, numbers)) return give_up(fields_[field]);
  std::vector<NumberRange> ranges;
  for (const uint64_t n : numbers) ranges.push_back({n, n});
  add(fields_[field], text, ranges);
}

void Vocabulary::add_alphabet(uint32_t field, std::string_view bytes, Extent most) {
  if (!anything_) add_alphabet(fields_[field], bytes, most);
}

void Vocabulary::add_values(uint32_t field, std::span<const std::string_view> values) {
  for (const std::string_view value : values) {
    if (anything_ || fields_[field].anything) return;
    add_value(field, value);
  }
}

void Vocabulary::add_raw(std::span<const std::string_view> lines) {
  if (anything_ || lines.empty()) return;
  const uint32_t field = number_of(kRawLine);
  Shape shape = kRawShape;
  shape.slots[0].field = field;
  add_shape_once(std::move(shape));
  add_values(field, lines);
}

uint32_t Vocabulary::number_of(const Field& field) {
  std::string coded;
  put_field(coded, field);
  const auto [at, fresh] = numbers_.try_emplace(std::move(coded), static_cast<uint32_t>(fields_.size()));
  if (fresh) fields_.push_back({field});
  return at->second;
}

void Vocabulary::absorb(const Vocabulary& other) {
  if (other.anything_) give_up();
  if (anything_) return;
  std::vector<uint32_t> numbers;
  for (const OfField& theirs : other.fields_) {
    numbers.push_back(number_of(theirs.field));
    OfField& mine = fields_[numbers.back()];
    mine.alphabet |= theirs.alphabet;
    mine.most.add(theirs.most);
    if (theirs.anything || mine.alphabet.count() > kMostBytes) give_up(mine);
    else if (theirs.folded && !mine.anything) fold(mine);
    for (const auto& [text, ranges] : theirs.forms) add(mine, text, ranges);
  }
  if (fields_.size() > kMostFields) return give_up();
  for (Shape shape : other.shapes_) {
    for (Slot& slot : shape.slots) slot.field = numbers[slot.field];
    add_shape_once(std::move(shape));
  }
}

std::string Vocabulary::to_string() const {
  std::string out = std::to_string(shapes_.size()) + " shapes\n";
  for (const OfField& f : fields_) {
    for (const std::string& key : f.field.path) out += key + " ";
    if (f.anything) out += "anything";
    else if (f.most.length) out += "up to " + std::to_string(f.most.length) + " of " + std::to_string(f.alphabet.count()) + " bytes, " + std::to_string(f.most.digits) + " digits in a row, ";
    if (!f.forms.empty()) out += std::to_string(f.forms.size()) + " forms, such as " + ValueForm{f.forms.begin()->first, f.forms.begin()->second}.longest();
    out += "\n";
  }
  return out;
}

std::string Vocabulary::encode() const {
  if (anything_) return {};
  std::string raw, out;
  put_varint(raw, fields_.size());
  for (const OfField& f : fields_) {
    put_field(raw, f.field);
    raw += static_cast<char>((f.anything ? kAnything : 0) | (f.folded ? kFolded : 0) | kDigitRuns);
    put_varint(raw, f.most.length);
    put_varint(raw, f.most.digits);
    std::string alphabet;
    for (int c = 0; c < 256; ++c)
      if (f.alphabet[static_cast<size_t>(c)]) alphabet += static_cast<char>(c);
    put_bytes(raw, alphabet);
    put_varint(raw, f.forms.size());
    for (const auto& [text, ranges] : f.forms) {
      put_bytes(raw, text);
      for (const NumberRange& r : ranges) {
        put_varint(raw, r.low);
        put_varint(raw, r.high - r.low);
      }
    }
  }
  put_varint(raw, shapes_.size());
  for (const Shape& s : shapes_) put_shape(raw, s);
  put_compressed(out, raw);
  return out;
}

std::optional<Vocabulary> Vocabulary::decode(std::string_view bytes) {
  const auto raw = get_compressed(bytes, kMaxBytes);
  if (!raw || !bytes.empty()) return std::nullopt;
  ByteReader in(*raw);
  Vocabulary out;
  out.fields_.resize(in.count(6));
  for (OfField& f : out.fields_) {
    if (!read_field(in, f.field)) return std::nullopt;
    const auto flags = in.fixed<uint8_t>();
    f.anything = flags & kAnything;
    f.folded = flags & kFolded;
    f.most.length = in.varint();
    f.most.digits = flags & kDigitRuns ? in.varint() : f.most.length;
    for (const char c : in.bytes()) f.alphabet.set(static_cast<uint8_t>(c));
    for (uint64_t n = in.count(); n > 0; --n) {
      const std::string text(in.bytes());
      auto& ranges = f.forms[text];
      ranges.resize(static_cast<size_t>(std::count(text.begin(), text.end(), '\0')));
      for (NumberRange& r : ranges) {
        r.low = in.varint();
        r.high = r.low + in.varint();
      }
      if (!in.ok()) return std::nullopt;
    }
  }
  out.shapes_.resize(in.count(3));
  for (Shape& s : out.shapes_)
    if (!read_shape(in, out.fields_.size(), s)) return std::nullopt;
  if (!in.finished()) return std::nullopt;
  for (uint32_t f = 0; f < out.fields_.size(); ++f) {
    std::string coded;
    put_field(coded, out.fields_[f].field);
    out.numbers_.emplace(std::move(coded), f);
  }
  return out;
}

}  // namespace sleipnir::storage
