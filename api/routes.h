#pragma once
#include "api/http/router.h"
#include "api/service.h"

namespace sleipnir::api {

/// Every path that the server answers.
void add_routes(Router& router, Service& service);

}  // namespace sleipnir::api
