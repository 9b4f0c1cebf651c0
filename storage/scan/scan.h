#pragma once
#include "storage/tenant_store.h"

namespace sleipnir::storage {

/// The scan of one tenant (base/scan.h). Sees what was appended before the call. Rows on which the predicate is certainly
/// false are left out. The tenant must outlive the reader. Errors: kCorrupt, kIo; those of reading come with the batches.
Result<std::unique_ptr<BatchReader>> scan_tenant(const TenantStore& tenant, const ScanRequest& request);

/// The scan of a tenant that does not exist.
std::unique_ptr<BatchReader> scan_nothing();

}  // namespace sleipnir::storage
