#include "api/query/encode_stats.h"

#include "base/number.h"

namespace sleipnir::api {
namespace {

/// Writes `"name":number` pairs with their commas.
class Fields {
 public:
  explicit Fields(std::string& out) : out_(out) { out_ += '{'; }
  ~Fields() { out_ += '}'; }
  Fields(const Fields&) = delete;

  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    return ((out_ += '"') += name) += "\":";
  }
  void count(std::string_view name, uint64_t n = 0) { key(name) += std::to_string(n); }
  void real(std::string_view name, double v) { append_sample(key(name), v); }
  void flag(std::string_view name) { key(name) += "false"; }
  void zeros(std::initializer_list<std::string_view> names) {
    for (const auto name : names) count(name);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_store(std::string& out, const ScanStats* stats) {
  const auto n = [&](std::atomic<uint64_t> ScanStats::*member) { return stats == nullptr ? 0 : (stats->*member).load(); };
  const uint64_t head_bytes = n(&ScanStats::head_bytes), head_rows = n(&ScanStats::head_rows);
  Fields f(out);
  f.count("totalChunksRef", n(&ScanStats::parts) + n(&ScanStats::parts_pruned));
  f.count("totalChunksDownloaded", n(&ScanStats::parts));
  f.count("chunksDownloadTime");
  f.flag("queryReferencedStructuredMetadata");
  f.flag("queryUsedV2Engine");
  {
    Fields c(f.key("chunk"));
    c.count("headChunkBytes", head_bytes);
    c.count("headChunkLines", head_rows);
    c.count("decompressedBytes", n(&ScanStats::bytes) - head_bytes);
    c.count("decompressedLines", n(&ScanStats::rows) - head_rows);
    c.count("compressedBytes", n(&ScanStats::compressed_bytes));
    c.zeros({"totalDuplicates", "postFilterLines", "headChunkStructuredMetadataBytes"});
    c.count("decompressedStructuredMetadataBytes", n(&ScanStats::metadata_bytes));
  }
  f.zeros({"chunkRefsFetchTime", "congestionControlLatency", "pipelineWrapperFilteredLines"});
  Fields d(f.key("dataobj"));
  d.zeros({"prePredicateDecompressedRows", "prePredicateDecompressedBytes", "prePredicateDecompressedStructuredMetadataBytes", "postPredicateRows",
           "postPredicateDecompressedBytes", "postPredicateStructuredMetadataBytes", "postFilterRows", "pagesScanned", "pagesDownloaded",
           "pagesDownloadedBytes", "pageBatches", "totalRowsAvailable", "totalPageDownloadTime", "wireBytesTransferred"});
}

/// There are no result caches: constant.
std::string cache_block() {
  std::string out;
  {
    Fields f(out);
    for (const auto name : {"chunk", "index", "result", "statsResult", "volumeResult", "seriesResult", "labelResult", "instantMetricResult", "logResult", "taskResult"}) {
      Fields c(f.key(name));
      c.zeros({"entriesFound", "entriesRequested", "entriesStored", "bytesReceived", "bytesSent", "requests", "downloadTime", "queryLengthServed"});
    }
  }
  return out;
}

}  // namespace

void append_stats(std::string& out, const ScanStats& stats, double seconds, uint64_t entries, std::string_view more) {
  static const std::string caches = cache_block();
  const uint64_t bytes = stats.bytes + stats.metadata_bytes, rows = stats.rows;
  Fields f(out);
  {
    Fields s(f.key("summary"));
    s.count("bytesProcessedPerSecond", seconds > 0 ? static_cast<uint64_t>(static_cast<double>(bytes) / seconds) : 0);
    s.count("linesProcessedPerSecond", seconds > 0 ? static_cast<uint64_t>(static_cast<double>(rows) / seconds) : 0);
    s.count("totalBytesProcessed", bytes);
    s.count("totalLinesProcessed", rows);
    s.real("execTime", seconds);
    s.zeros({"queueTime", "subqueries"});
    s.count("totalEntriesReturned", entries);
    s.zeros({"splits", "shards"});
    s.count("totalPostFilterLines", entries);
    s.count("totalStructuredMetadataBytesProcessed", stats.metadata_bytes);
  }
  {
    Fields q(f.key("querier"));
    append_store(q.key("store"), &stats);
    q.count("querierExecTime");
  }
  {
    Fields i(f.key("ingester"));
    i.zeros({"totalReached", "totalChunksMatched", "totalBatches", "totalLinesSent"});
    append_store(i.key("store"), nullptr);
  }
  f.key("cache") += caches;
  {
    Fields i(f.key("index"));
    i.count("totalChunks", stats.parts + stats.parts_pruned);
    i.count("postFilterChunks", stats.parts);
    i.count("shardsDuration");
    i.flag("usedBloomFilters");
    i.count("totalStreams", stats.streams);
    i.zeros({"chunkRefsLookupTime", "bloomFilterTime"});
  }
  out += more;
}

}  // namespace sleipnir::api
