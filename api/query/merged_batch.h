#pragma once
#include <map>
#include <memory>
#include <vector>

#include "base/scan.h"

namespace sleipnir::api {

/// Rows picked from several batches, which were asked for the same fields. It keeps the batches.
class MergedBatch : public Batch {
 public:
  /// `decides`: what the batches say of the request's condition holds for the rows here.
  explicit MergedBatch(bool decides) : decides_(decides) {}
  /// `stream` is what the row's is called here.
  void add(const std::shared_ptr<Batch>& batch, size_t row, const Stream* stream);

  size_t rows() const override { return picks_.size(); }
  std::span<const Nanos> timestamps() const override { return timestamps_; }
  std::span<const Stream* const> streams() const override { return streams_; }
  const LabelSet& metadata(size_t row) const override { return of(row).metadata(picks_[row].row); }
  std::string_view line(size_t row) override { return of(row).line(picks_[row].row); }
  uint32_t line_bytes(size_t row) override { return of(row).line_bytes(picks_[row].row); }
  bool certain(size_t row) const override { return decides_ && of(row).certain(picks_[row].row); }
  Result<const Column*> column(size_t i) override;

 private:
  struct Pick { uint32_t batch, row; };
  struct GatheredColumn : Column {
    std::vector<uint32_t> all_codes;
    std::vector<std::string_view> texts;
    std::vector<double> all_numbers;
  };

  Batch& of(size_t row) const { return *batches_[picks_[row].batch]; }
  uint32_t number_of(const std::shared_ptr<Batch>& batch);
  Result<void> gather(size_t i, GatheredColumn& out);

  const bool decides_;
  std::vector<std::shared_ptr<Batch>> batches_;
  uint32_t last_ = 0;
  std::vector<Pick> picks_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
  std::map<size_t, std::unique_ptr<GatheredColumn>> columns_;
};

}  // namespace sleipnir::api
