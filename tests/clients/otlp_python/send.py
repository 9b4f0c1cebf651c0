"""send.py URL MESSAGES START none|gzip: one record a message, a millisecond apart, and one for each kind of body."""
import json
import sys

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

url, messages, start, compression = sys.argv[1:]
BODIES = [{"z": 1, "a": {"b": "<&>", "list": [1, "x", True]}}, ["a", 2], 7, 1.5, True, b"bytes", ""]

span = trace.set_span_in_context(trace.NonRecordingSpan(trace.SpanContext(0x0af7651916cd43dd8448eb211c80319c, 0x00f067aa0ba902b7, False, trace.TraceFlags(1))))
provider = LoggerProvider(Resource({"service.name": "otel", "k8s.pod.name": "pod-1", "host.name": "h", "process.pid": 17}))
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=url, compression=Compression(compression))))
logger = provider.get_logger("shop.checkout", "1.2.3", attributes={"scope.kind": "test"})
for i, body in enumerate(json.load(open(messages)) + BODIES):
    at = int(start) + i * 10**6
    logger.emit(LogRecord(timestamp=at, observed_timestamp=at + 5, context=span, severity_text="WARN", severity_number=SeverityNumber.WARN, body=body,
                          attributes={"n": i, "ratio": 0.5, "ok": True, "9 odd-name": "v", "list": ["a", "b"], "deep": {"k": {"l": 1}}}))
assert provider.force_flush()
provider.shutdown()
