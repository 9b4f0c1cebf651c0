// Label filters of every kind, and their combinations (logql.md §7.4).
#include <cmath>

#include "base/number.h"
#include "base/regex.h"
#include "base/time.h"
#include "logql/stages/compare.h"
#include "logql/stages/ip.h"
#include "logql/stages/literal_tests.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

/// What string filters see: the error state under its name, a missing label as "". `__error_details__` is always missing.
std::string_view text_of(const Row& row, const std::string& name) {
  if (name == kErrorLabel) return row.labels.error();
  return row.labels.find(name).value_or(std::string_view());
}

class EqualFilter : public RowStage {
 public:
  EqualFilter(std::string name, std::string value, bool equal) : name_(std::move(name)), value_(std::move(value)), equal_(equal) {}
  bool process(Row& row) const override { return (text_of(row, name_) == value_) == equal_; }

 private:
  std::string name_, value_;
  bool equal_;
};

class RegexFilter : public RowStage {
 public:
  RegexFilter(std::string name, Regex regex, std::optional<LiteralTests> tests, bool match)
      : name_(std::move(name)), regex_(std::move(regex)), tests_(std::move(tests)), match_(match) {}
  bool process(Row& row) const override {
    const std::string_view value = text_of(row, name_);
    return (tests_ ? matches(*tests_, value) : regex_.matches(value)) == match_;
  }

 private:
  std::string name_;
  Regex regex_;
  std::optional<LiteralTests> tests_;
  bool match_;
};

/// A filter on a converted value. A failed conversion passes the row, and marks it unless it failed before.
template <class Parse, class T>
class ValueFilter : public RowStage {
 public:
  ValueFilter(std::string name, CompareOp op, T value) : name_(std::move(name)), op_(op), value_(value) {}
  bool process(Row& row) const override {
    const auto text = row.labels.find(name_);
    if (!text) return false;
    const auto value = Parse()(*text);
    if (value) return compare<T>(*value, op_, value_);
    if (row.labels.error().empty()) row.labels.set_error(kFilterError, value.error().message);
    return true;
  }

 private:
  std::string name_;
  CompareOp op_;
  T value_;
};

struct ParseNumber {
  Result<double> operator()(std::string_view s) const { return parse_go_float(s); }
};
struct ParseDuration {
  Result<Nanos> operator()(std::string_view s) const { return parse_go_duration(s); }
};
struct ParseBytes {
  Result<uint64_t> operator()(std::string_view s) const { return parse_bytes(s); }
};

/// A row that already failed passes.
class IpFilter : public RowStage {
 public:
  IpFilter(std::string name, IpMatcher ip, bool negated) : name_(std::move(name)), ip_(ip), negated_(negated) {}
  bool process(Row& row) const override {
    if (!row.labels.error().empty()) return true;
    const auto text = row.labels.find(name_);
    return text && ip_.found_in(*text) != negated_;
  }

 private:
  std::string name_;
  IpMatcher ip_;
  bool negated_;
};

class InFilter : public RowStage {
 public:
  InFilter(std::string name, std::shared_ptr<const std::set<std::string, std::less<>>> values, bool negated)
      : name_(std::move(name)), values_(std::move(values)), negated_(negated) {}
  bool process(Row& row) const override {
    const auto text = row.labels.find(name_);
    return (text && values_->contains(*text)) != negated_;
  }

 private:
  std::string name_;
  std::shared_ptr<const std::set<std::string, std::less<>>> values_;
  bool negated_;
};

class BinaryFilter : public RowStage {
 public:
  BinaryFilter(bool is_or, RowStagePtr left, RowStagePtr right) : is_or_(is_or), left_(std::move(left)), right_(std::move(right)) {}
  bool process(Row& row) const override {
    const bool left = left_->process(row);
    if (is_or_ && left) return true;
    const bool right = right_->process(row);  // also when `left` failed: it may set an error
    return is_or_ ? right : left && right;
  }

 private:
  bool is_or_;
  RowStagePtr left_, right_;
};

/// The value that Loki compares with: it hands queries on as text, where sizes are written with two digits (`1.5MiB` is `1.6MB`).
uint64_t as_written(uint64_t bytes) {
  const auto read = parse_bytes(format_bytes(bytes));
  return read ? *read : bytes;
}

struct Compiler {
  const InSets& in_sets;

  Result<RowStagePtr> operator()(const LabelFilter::String& f) const {
    const Matcher& m = f.matcher;
    const bool positive = m.op() == MatchOp::kEqual || m.op() == MatchOp::kRegex;
    if (m.op() == MatchOp::kEqual || m.op() == MatchOp::kNotEqual) {
      return RowStagePtr(std::make_unique<EqualFilter>(m.name(), m.value(), positive));
    }
    auto regex = Regex::compile(m.value(), Regex::kAnchored);
    if (!regex) return regex.error();
    return RowStagePtr(std::make_unique<RegexFilter>(m.name(), std::move(*regex), literal_tests(m.value(), true), positive));
  }
  Result<RowStagePtr> operator()(const LabelFilter::Number& f) const {
    return RowStagePtr(std::make_unique<ValueFilter<ParseNumber, double>>(f.name, f.op, f.value));
  }
  Result<RowStagePtr> operator()(const LabelFilter::Duration& f) const {
    return RowStagePtr(std::make_unique<ValueFilter<ParseDuration, Nanos>>(f.name, f.op, f.value));
  }
  Result<RowStagePtr> operator()(const LabelFilter::Bytes& f) const {
    return RowStagePtr(std::make_unique<ValueFilter<ParseBytes, uint64_t>>(f.name, f.op, as_written(f.value)));
  }
  Result<RowStagePtr> operator()(const LabelFilter::Ip& f) const {
    auto ip = IpMatcher::compile(f.pattern);
    if (!ip) return ip.error();
    return RowStagePtr(std::make_unique<IpFilter>(f.name, *ip, f.negated));
  }
  Result<RowStagePtr> operator()(const LabelFilter::Binary& f) const {
    auto left = make_stage(*f.left, in_sets);
    if (!left) return left.error();
    auto right = make_stage(*f.right, in_sets);
    if (!right) return right.error();
    return RowStagePtr(std::make_unique<BinaryFilter>(f.is_or, std::move(*left), std::move(*right)));
  }
  Result<RowStagePtr> operator()(const LabelFilter::In& f) const {
    const auto values = in_sets.find(&f);
    if (values == in_sets.end()) return Error{ErrorKind::kInternal, "values of `in` were not looked up"};
    return RowStagePtr(std::make_unique<InFilter>(f.name, values->second, f.negated));
  }
};

}  // namespace

Result<RowStagePtr> make_stage(const LabelFilter& filter, const InSets& in_sets) { return std::visit(Compiler{in_sets}, filter.v); }

}  // namespace sleipnir::logql
