#pragma once
#include <array>
#include <vector>

#include "api/ingest/otlp_model.h"
#include "api/ingest/request.h"
#include "base/limits.h"

namespace sleipnir::api {

/// Resource attributes that are labels (Loki's default_resource_attributes_as_index_labels).
inline constexpr auto kOtlpLabels = std::to_array<const char*>(
    {"service.name", "service.namespace", "service.instance.id", "deployment.environment", "deployment.environment.name", "cloud.region",
     "cloud.availability_zone", "k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "container.name",
     "k8s.replicaset.name", "k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.cronjob.name", "k8s.job.name"});

/// Turns OTLP logs into streams (http-api.md §10): known resource attributes become labels, all else structured metadata; the body becomes the
/// line. Takes the request apart. Errors: kInvalid for an attribute name that leaves no label name,
/// kTooLarge where the metadata that records share would outgrow a DecodeBudget.
Result<std::vector<ReceivedStream>> streams_of(OtlpRequest request, const Limits& limits, Nanos now);

}  // namespace sleipnir::api
