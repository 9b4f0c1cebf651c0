#pragma once
#include "storage/tenant_store.h"

namespace sleipnir::storage {

/// Source::count of one tenant: whole minutes from roll-ups; rows are read at the edges that lie inside a minute, where several runs may hold the same
/// entries, and from blocks without a roll-up. nullopt where most rows would have to be read. Errors: kCorrupt, kIo, those of the cancellation.
Result<std::optional<std::vector<Counted>>> count_rows(const TenantStore& tenant, const CountRequest& request);

/// The same of these runs and streams, however many rows have to be read. `request.edges` are at least two; its matchers are not looked at.
Result<std::vector<Counted>> count_in(const Runs& runs, const StreamSet& streams, const CountRequest& request);

}  // namespace sleipnir::storage
