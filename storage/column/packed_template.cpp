#include "storage/column/packed_template.h"

#include <algorithm>
#include <charconv>

#include "storage/column/number_test.h"

namespace sleipnir::storage {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// A number as it is written, with at least so many digits, the first of them zeros.
class Digits {
 public:
  Digits(uint64_t number, size_t least) : bare_(static_cast<size_t>(std::to_chars(buffer_, buffer_ + sizeof buffer_, number).ptr - buffer_)), size_(std::max(least, bare_)) {}
  size_t size() const { return size_; }
  void append_to(std::string& out) const {
    out.append(size_ - bare_, '0');
    out.append(buffer_, bare_);
  }

 private:
  char buffer_[24];
  size_t bare_, size_;
};

}  // namespace

void PackedTemplate::append(uint32_t rank, std::string& out) const {
  size_t run = 0, from = 0;
  for (size_t at; (at = form.text.find('\0', from)) != std::string::npos; from = at + 1, ++run) {
    out.append(form.text, from, at - from);
    Digits(number(run, rank), form.numbers[run].digits).append_to(out);
  }
  out.append(form.text, from);
}

uint32_t PackedTemplate::length(uint32_t rank) const {
  size_t all = form.text.size() - runs.size();
  for (size_t run = 0; run < runs.size(); ++run) all += Digits(number(run, rank), form.numbers[run].digits).size();
  return static_cast<uint32_t>(all);
}

std::vector<uint8_t> PackedTemplate::test_digits(const TextTest& test) const {
  if (form.text.find(test.text) != std::string::npos) return std::vector<uint8_t>(count, 1);
  std::vector<uint8_t> hits, of_one;
  for (size_t run = 0; run < runs.size(); ++run) {
    if (!form.numbers[run].may_hold(test)) continue;
    const bool first = hits.empty();
    auto& into = first ? hits : of_one;
    into.resize(count);
    NumberTest(test, form.numbers[run]).test(runs[run].base, runs[run].bits, 0, into);
    for (uint32_t rank = 0; !first && rank < count; ++rank) hits[rank] |= of_one[rank];
  }
  return hits;
}

std::vector<uint8_t> PackedTemplate::test(const TextTest& test) const {
  if (test.op == TextTest::Op::kContains && !test.text.empty() && std::all_of(test.text.begin(), test.text.end(), digit)) return test_digits(test);
  const auto alignment = align_numbers(form.text, test);
  std::vector<uint8_t> hits;
  if (!alignment) {
    std::string value;
    hits.resize(count);
    for (uint32_t rank = 0; rank < count; ++rank) {
      value.clear();
      append(rank, value);
      hits[rank] = test.holds(value);
    }
    return hits;
  }
  if (alignment->always) return std::vector<uint8_t>(count, 1);
  for (const Alignment::Alternative& tests : alignment->alternatives) {
    const auto never = [&](const Alignment::SlotTest& t) { return !form.numbers[t.slot].may_hold(t.test); };
    if (std::any_of(tests.begin(), tests.end(), never)) continue;
    std::vector<uint8_t> all(count, 1), of_one(count);
    for (const auto& [slot, of_number] : tests) {
      NumberTest(of_number, form.numbers[slot]).test(runs[slot].base, runs[slot].bits, 0, of_one);
      for (uint32_t rank = 0; rank < count; ++rank) all[rank] &= of_one[rank];
    }
    hits.resize(count);
    for (uint32_t rank = 0; rank < count; ++rank) hits[rank] |= all[rank];
  }
  return hits;
}

}  // namespace sleipnir::storage
