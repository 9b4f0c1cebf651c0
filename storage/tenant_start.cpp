// What a tenant's folder holds when it is opened: parts, those that others replace, what is left of writing and of damage, and the write-ahead log.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <unordered_set>

#include "storage/format.h"
#include "storage/tenant_folder.h"
#include "storage/tenant_store.h"
#include "storage/wal/reader.h"

namespace sleipnir::storage {

namespace fs = std::filesystem;

Result<std::unique_ptr<TenantStore>> TenantStore::open(fs::path folder, const StoreOptions& options, std::function<void()> wake) {
  if (auto created = make_directory(folder); !created) return created.error();
  std::unique_ptr<TenantStore> store(new TenantStore(std::move(folder), options, std::move(wake)));
  if (auto loaded = store->load_parts(); !loaded) return loaded.error();
  if (auto replayed = store->replay(); !replayed) return replayed.error();
  return store;
}

Result<void> TenantStore::load_parts() {
  auto files = list_files(folder_);
  if (!files) return files.error();
  Parts parts;
  for (const fs::path& path : *files) {
    std::string file_name = path.filename().string();
    if (file_name.ends_with(part::kTemporarySuffix)) {
      if (auto removed = remove_file(path); !removed) return removed;
      continue;
    }
    size_t damaged = file_name.find(".damaged");
    set_aside_ += damaged != std::string::npos;
    PartName name;
    if (!PartName::parse(file_name.substr(0, damaged), name)) continue;
    next_part_id_ = std::max(next_part_id_.load(), name.id + 1);
    if (damaged != std::string::npos) continue;
    auto part = Part::open(path, index_);
    if (part) {
      parts.push_back(std::move(*part));
      continue;
    }
    if (part.error().kind != ErrorKind::kCorrupt) return part.error();
    auto aside = set_aside(path);
    if (!aside) return aside.error();
    set_aside_++;
    spdlog::error("part: {}; set aside as {}", part.error().message, aside->string());
  }
  return remove_leftovers(parts);
}

Result<void> TenantStore::remove_leftovers(const Parts& parts) {
  std::unordered_set<uint64_t> replaced;
  for (const auto& part : parts) replaced.insert(part->replaces().begin(), part->replaces().end());
  for (const auto& part : parts) {
    if (replaced.contains(part->name().id)) {
      part->make_obsolete();
      continue;
    }
    next_arrival_ = std::max(next_arrival_, part->next_arrival());
    for (const StreamSpan& span : part->streams()) admission_.note(span.stream, span.last);
    parts_.push_back(part);
  }
  return {};
}

Result<void> TenantStore::replay() {
  auto files = list_files(folder_);
  if (!files) return files.error();
  uint64_t next_segment = 1, records = 0;
  for (const fs::path& path : *files) {
    const auto segment = wal_segment_of(path);
    if (!segment) continue;
    next_segment = std::max(next_segment, *segment + 1);
    auto done = replay_wal_segment(path, index_, [&](PushBatch&& batch) {
      for (const Row& row : batch.rows) {
        admission_.note(row.stream, row.timestamp);
        next_arrival_ = std::max(next_arrival_, row.arrival + 1);
      }
      head_->insert(std::move(batch));
    });
    if (!done) return done.error();
    wal_bytes_ += done->bytes;
    records += done->records;
    set_aside_ += done->damaged;
  }
  if (records) spdlog::info("wal: {}: {} records, {} entries replayed", folder_.string(), records, head_->rows());
  wal_ = std::make_unique<WalWriter>(folder_, options_.fsync, next_segment);
  return {};
}

}  // namespace sleipnir::storage
