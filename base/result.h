#pragma once
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace sleipnir {

/// Why something failed, as far as a caller may act on it. `api/` maps kinds to HTTP status codes.
enum class ErrorKind {
  kInvalid,      ///< the request is wrong (400)
  kLimit,        ///< a limit or budget refuses it (400, or 429 for ingestion)
  kTooLarge,     ///< a body is over its limit (413)
  kUnprocessable,///< nothing usable in the request (422)
  kNotFound,     ///< no such thing (404)
  kTimeout,      ///< the deadline passed (504)
  kCancelled,    ///< the client went away (499)
  kRate,         ///< too much at once (429)
  kExecution,    ///< the query is valid but its data make it fail, e.g. many-to-many matching (500)
  kCorrupt,      ///< a file on disk does not hold what it must
  kIo,           ///< the operating system refused; message holds path and errno text
  kInternal,     ///< a defect of ours
};

/// An expected failure. `message` is what the client reads, complete and without a trailing newline.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
};

/// A value or an Error. Expected failures travel as Result; exceptions never cross a module border.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return v_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { assert(ok()); return std::get<0>(v_); }
  const T& value() const& { assert(ok()); return std::get<0>(v_); }
  T&& value() && { assert(ok()); return std::get<0>(std::move(v_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { assert(!ok()); return std::get<1>(v_); }

 private:
  std::variant<T, Error> v_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { assert(!ok_); return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

inline Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

}  // namespace sleipnir
