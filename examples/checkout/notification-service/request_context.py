"""What travels with a request: in with HTTP headers or a Kafka record's, out the same way."""
import contextvars
import dataclasses
import re
import secrets
import uuid

OPAQUE = re.compile(r"[A-Za-z0-9._-]{1,64}")
TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# field: its HTTP header; Kafka records use the field's own name
NAMES = {"trace_id": "X-Trace-Id", "bounded_context": "X-Bounded-Context", "feature": "X-Feature", "session_feature_id": "X-Session-Feature-Id",
         "traceparent": "traceparent", "tracestate": "tracestate"}

current = contextvars.ContextVar("request_context")


@dataclasses.dataclass
class RequestContext:
    trace_id: str
    bounded_context: str
    feature: str
    session_feature_id: str
    w3c_trace_id: str
    parent_span_id: str
    flags: str
    tracestate: str
    span_id: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))

    @property
    def traceparent(self):
        return "00-%s-%s-%s" % (self.w3c_trace_id, self.span_id, self.flags)

    def outbound(self):
        """Field name -> value, for the names of HTTP headers or Kafka headers."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    def http_headers(self):
        return {NAMES[name]: value for name, value in self.outbound().items()}

    def kafka_headers(self):
        return {name: value.encode() for name, value in self.outbound().items()}


def accept(lookup):
    """The context of incoming work; `lookup(field)` gives the text that came with it, or None. Values that could break a log line are not taken."""
    fields = {name: opaque(lookup(name)) for name in ("trace_id", "bounded_context", "feature", "session_feature_id")}
    w3c_trace_id, parent, flags = read_traceparent(lookup("traceparent") or "")
    state = (lookup("tracestate") or "") if w3c_trace_id else ""
    fields["trace_id"] = fields["trace_id"] or w3c_trace_id or str(uuid.uuid4())
    return RequestContext(**fields, w3c_trace_id=w3c_trace_id or bits_of_id(fields["trace_id"]) or secrets.token_hex(16),
                          parent_span_id=parent, flags=flags, tracestate=state if len(state) <= 512 else "")


def from_http(headers):
    return accept(lambda name: headers.get(NAMES[name]))


def from_kafka(headers):
    """`headers`: as librdkafka gives them, a list of (name, bytes), or None."""
    values = {name: value.decode(errors="replace") for name, value in headers or () if value is not None}
    return accept(values.get)


def opaque(text):
    return text if text and OPAQUE.fullmatch(text) else ""


def read_traceparent(text):
    m = TRACEPARENT.fullmatch(text)
    if not m or m[1] == "ff" or (m[1] == "00" and m[5]) or not m[2].strip("0") or not m[3].strip("0"):
        return "", "", "01"
    return m[2], m[3], m[4]


def bits_of_id(text):
    """The 128 bits of a UUID, a ULID or 32 hexadecimal digits, as 32 hexadecimal digits; nothing for any other text."""
    if ULID.fullmatch(text.upper()):
        bits = 0
        for c in text.upper():
            bits = bits << 5 | CROCKFORD.index(c)
        return "%032x" % bits
    digits = text.lower().replace("-", "")
    return digits if len(text) in (32, 36) and re.fullmatch("[0-9a-f]{32}", digits) else ""
