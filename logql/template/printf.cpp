#include <algorithm>

#include "base/text.h"
#include "logql/template/format.h"
#include "logql/template/formatter.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Larger widths and precisions are refused.
constexpr int kMaxWidth = 1'000'000;

/// Walks a format: `%[1]+08.3f` and its kin.
class Printf {
 public:
  Printf(std::string& out, std::string_view format, std::span<const Value> args) : out_(out), format_(format), args_(args), printer_(out) {}

  void run(size_t limit);

 private:
  bool at(char c) const { return i_ < format_.size() && format_[i_] == c; }
  void directive();
  void read_flags();
  void read_width();
  void read_precision();
  void read_index();
  int read_number(size_t end);
  int width_argument();
  void apply(char32_t verb);
  void extra();

  std::string& out_;
  std::string_view format_;
  std::span<const Value> args_;
  Formatter printer_;
  size_t i_ = 0, arg_ = 0;
  bool good_index_ = true, after_index_ = false, reordered_ = false;
};

void Printf::run(size_t limit) {
  const size_t start = out_.size();
  while (i_ < format_.size() && out_.size() - start <= limit) {
    const size_t percent = std::min(format_.find('%', i_), format_.size());
    out_ += format_.substr(i_, percent - i_);
    i_ = percent;
    if (i_ == format_.size()) break;
    ++i_;
    directive();
  }
  if (!reordered_ && arg_ < args_.size()) extra();
}

void Printf::directive() {
  printer_.flags = {};
  good_index_ = true;
  after_index_ = false;
  read_flags();
  read_index();
  read_width();
  read_precision();
  if (!after_index_) read_index();
  if (i_ >= format_.size()) {
    out_ += "%!(NOVERB)";
    return;
  }
  char32_t verb;
  i_ += decode_utf8(format_, i_, verb);
  apply(verb);
}

void Printf::read_flags() {
  for (; i_ < format_.size(); ++i_) {
    switch (format_[i_]) {
      case '#': printer_.flags.sharp = true; break;
      case '0': printer_.flags.zero = true; break;
      case '+': printer_.flags.plus = true; break;
      case '-': printer_.flags.minus = true; break;
      case ' ': printer_.flags.space = true; break;
      default: return;
    }
  }
}

/// `[n]`, one-based.
void Printf::read_index() {
  after_index_ = false;
  if (!at('[')) return;
  reordered_ = true;
  const size_t close = format_.find(']', i_ + 1);
  if (close == std::string_view::npos) {
    good_index_ = false;
    ++i_;
    return;
  }
  ++i_;
  const int index = read_number(close);
  const bool number = index >= 0 && i_ == close;
  i_ = close + 1;
  after_index_ = number;
  if (number && index >= 1 && static_cast<size_t>(index) <= args_.size()) arg_ = index - 1;
  else good_index_ = false;
}

void Printf::read_width() {
  if (!at('*')) {
    printer_.flags.width = read_number(format_.size());
    if (after_index_ && printer_.flags.width >= 0) good_index_ = false;
    return;
  }
  ++i_;
  bool negative = false;
  if (arg_ < args_.size()) negative = args_[arg_].integer < 0;
  const int width = width_argument();
  if (width < 0) out_ += "%!(BADWIDTH)";
  else if (negative) {
    printer_.flags.minus = true;
    printer_.flags.zero = false;
  }
  printer_.flags.width = width;
  after_index_ = false;
}

void Printf::read_precision() {
  if (i_ + 1 >= format_.size() || format_[i_] != '.') return;
  ++i_;
  if (after_index_) good_index_ = false;
  read_index();
  if (!at('*')) {
    printer_.flags.precision = std::max(read_number(format_.size()), 0);
    return;
  }
  ++i_;
  const bool negative = arg_ < args_.size() && args_[arg_].integer < 0;
  const int precision = width_argument();
  if (precision < 0 || negative) out_ += "%!(BADPREC)";
  else printer_.flags.precision = precision;
  after_index_ = false;
}

/// -1 where there is none, or too large a one, which also ends the format.
int Printf::read_number(size_t end) {
  int number = -1;
  for (; i_ < end && format_[i_] >= '0' && format_[i_] <= '9'; ++i_) {
    if (number > kMaxWidth) {
      i_ = end;
      return -1;
    }
    number = std::max(number, 0) * 10 + (format_[i_] - '0');
  }
  return number;
}

/// The size of an integer argument, -1 where it is none or too large.
int Printf::width_argument() {
  if (arg_ >= args_.size()) return -1;
  const Value& v = args_[arg_++];
  if (!v.is(Kind::kInt) && !v.is(Kind::kByte)) return -1;
  return v.integer > kMaxWidth || v.integer < -kMaxWidth ? -1 : static_cast<int>(std::abs(v.integer));
}

void Printf::apply(char32_t verb) {
  const auto broken = [&](std::string_view what) {
    out_ += "%!";
    append_utf8(out_, verb);
    out_ += what;
  };
  if (verb == '%') {
    out_ += '%';
  } else if (!good_index_) {
    broken("(BADINDEX)");
  } else if (arg_ >= args_.size()) {
    broken("(MISSING)");
  } else {
    if (verb == 'v' || verb == 'w') {
      printer_.flags.sharp_v = std::exchange(printer_.flags.sharp, false);
      printer_.flags.plus_v = std::exchange(printer_.flags.plus, false);
    }
    printer_.print(args_[arg_++], verb);
  }
}

void Printf::extra() {
  printer_.flags = {};
  out_ += "%!(EXTRA ";
  for (bool first = true; arg_ < args_.size(); ++arg_) {
    if (!std::exchange(first, false)) out_ += ", ";
    const Value& v = args_[arg_];
    out_ += type_name(v);
    if (v.none()) continue;
    out_ += '=';
    printer_.print(v, 'v');
  }
  out_ += ')';
}

}  // namespace

void append_printf(std::string& out, std::string_view format, std::span<const Value> args, size_t limit) {
  Printf(out, format, args).run(limit);
}

}  // namespace sleipnir::logql::gotemplate
