// Any bytes as an encoded column, and a column that refers to it: what opens can be read and searched.
#include <cstdint>
#include <string>
#include <vector>

#include "input.h"
#include "storage/column/bits.h"
#include "storage/column/values.h"

using namespace sleipnir;

namespace {

std::string padded(std::string_view bytes) { return std::string(bytes).append(storage::PackedBits::kPadding, '\0'); }

void read_all(const storage::Values& column) {
  std::string text;
  std::vector<uint32_t> codes(column.size());
  std::vector<double> numbers(column.size());
  std::vector<uint8_t> hits(column.size());
  if (column.entries() > 0) column.codes(0, codes);
  if (column.numeric()) column.numbers(0, numbers);
  const storage::TextTest test{storage::TextTest::Op::kContains, "5"};
  column.test(test, 0, hits);
  bool any = false;
  for (uint32_t i = 0; i < column.size(); ++i) {
    text.clear();
    column.append(i, text);
    any |= hits[i] != 0;
    const bool cut = column.encoding() == storage::Encoding::kText && text.size() < column.length(i);  // its frame is damaged
    fuzz::require(cut || text.size() == column.length(i), "length() is that of the text");
    fuzz::require(hits[i] == test.holds(text), "test() agrees with the text", text);
    if (column.entries() > 0) fuzz::require(codes[i] < column.entries() && column.entry(codes[i]) == text, "a code names its text", text);
  }
  fuzz::require(!any || column.may_hold(test), "may_hold() rules out nothing that is there");
}

}  // namespace

/// The first byte is the number of values, the second where the referring column begins.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view first = all.substr(0, data[1]), second = all.substr(first.size());
  const std::string bytes = padded(first), referring = padded(second);
  const std::vector<Nanos> timestamps(data[0], 1772323200000000000);
  const auto column = storage::open_values(std::string_view(bytes).substr(0, first.size()), data[0], timestamps);
  if (!column) return 0;
  read_all(**column);
  const auto other = storage::open_values(std::string_view(referring).substr(0, second.size()), data[0], timestamps, column->get());
  if (other) read_all(**other);
  return 0;
}
