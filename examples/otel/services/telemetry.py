"""OpenTelemetry of one process: spans for the context, log lines with that context on each, sent by OTLP.

The environment says the rest, under OpenTelemetry's own names: OTEL_SERVICE_NAME, OTEL_PROPAGATORS (tracecontext,baggage unless told otherwise),
OTEL_EXPORTER_OTLP_LOGS_ENDPOINT.
"""
import json
import logging
import os

from opentelemetry import baggage, trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

SERVICE = os.environ["OTEL_SERVICE_NAME"]
SEVERITY = {"INFO": SeverityNumber.INFO, "WARNING": SeverityNumber.WARN, "ERROR": SeverityNumber.ERROR}


class TraceContextFilter(logging.Filter):
    """Puts the current span on every record; zeros where there is none."""

    def filter(self, record):
        span = trace.get_current_span().get_span_context()
        record.trace_id, record.span_id = format(span.trace_id, "032x"), format(span.span_id, "016x")
        record.trace_flags, record.service_name = format(span.trace_flags, "02x"), SERVICE
        return True


class JsonFormatter(logging.Formatter):
    """The record as one JSON object; `extra={"fields": …}` adds to it, and baggage goes along."""

    def format(self, record):
        line = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + ".%03dZ" % record.msecs, "level": record.levelname, "message": record.getMessage(),
                "service": record.service_name, "trace_id": record.trace_id, "span_id": record.span_id, "trace_flags": record.trace_flags,
                "logger": record.name}
        return json.dumps(line | {"baggage_" + k.replace(".", "_"): v for k, v in baggage.get_all().items()} | getattr(record, "fields", {}))


class OtlpHandler(logging.Handler):
    """Hands the formatted line to the SDK, which adds the current context once more as fields of the OTLP record."""

    def __init__(self, provider):
        super().__init__()
        self.target = provider.get_logger(SERVICE)

    def emit(self, record):
        at = int(record.created * 10**6) * 1000
        self.target.emit(LogRecord(timestamp=at, observed_timestamp=at, severity_text=record.levelname, body=self.format(record),
                                   severity_number=SEVERITY.get(record.levelname, SeverityNumber.UNSPECIFIED)))


def start():
    """(tracer, logger) of this process."""
    resource = Resource.create({"service.name": SERVICE})
    trace.set_tracer_provider(TracerProvider(resource=resource))
    provider = LoggerProvider(resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(), schedule_delay_millis=100))
    handler = OtlpHandler(provider)
    handler.setFormatter(JsonFormatter())
    log = logging.getLogger(SERVICE)
    log.setLevel(logging.INFO)
    log.addFilter(TraceContextFilter())
    log.addHandler(handler)
    return trace.get_tracer(SERVICE), log
