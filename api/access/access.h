#pragma once

namespace sleipnir::api {

/// What a request must be allowed to do, where requests have to show who they are (credentials.h).
enum class Access {
  kOpen,   ///< anybody: nothing is told or changed
  kRead,   ///< queries, of one's own tenants
  kWrite,  ///< pushes and rules, for one's own tenant
  kDelete, ///< deletion requests, of one's own tenant: who may add lines must not be able to make others vanish
  kAdmin,  ///< what concerns the whole server
};

}  // namespace sleipnir::api
