"""What a caller may bring along, and the trace id that each of the three middlewares must make of it. None stands for a new UUID."""
from runner.web import request

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
W3C = "00-%s-%s-01" % (TRACE, PARENT)

CASES = {
    "uuid": ({"X-Trace-Id": "f47ac10b-58cc-4372-a567-0e02b2c3d479"}, "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
    "ulid": ({"X-Trace-Id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    "small letters in the name": ({"x-trace-id": "abc-123-def"}, "abc-123-def"),
    "64 characters": ({"X-Trace-Id": "a" * 64}, "a" * 64),
    "65 characters": ({"X-Trace-Id": "a" * 65}, None),
    "a quote": ({"X-Trace-Id": 'a"b'}, None),
    "a space": ({"X-Trace-Id": "a b"}, None),
    "empty": ({"X-Trace-Id": ""}, None),
    "nothing": ({}, None),
    "traceparent": ({"traceparent": W3C}, TRACE),
    "not sampled": ({"traceparent": W3C[:-2] + "00"}, TRACE),
    "beside an id": ({"X-Trace-Id": "abc", "traceparent": W3C}, "abc"),
    "a version to come": ({"traceparent": "cc" + W3C[2:] + "-what-the-future-will-be-like"}, TRACE),
    "version 00 with more": ({"traceparent": W3C + "-more"}, None),
    "version ff": ({"traceparent": "ff" + W3C[2:]}, None),
    "capitals": ({"traceparent": W3C.upper()}, None),
    "no trace": ({"traceparent": "00-%s-%s-01" % ("0" * 32, PARENT)}, None),
    "no parent": ({"traceparent": "00-%s-%s-01" % (TRACE, "0" * 16)}, None),
    "cut off": ({"traceparent": W3C[:-1]}, None),
}

REQUESTS = {
    "order-service": ("PUT", "/api/orders/order-edge/shipping", {}),
    "payment-service": ("POST", "/api/charges", {"order_id": "order-edge", "card": "ok"}),
    "notification-service": ("GET", "/api/notifications/order-edge", None),
}


def ask_all(urls):
    """{service: {case: the X-Trace-Id of the answer}}; `urls` are those of the three services."""
    return {service: {case: request(method, urls[service] + path, body, headers).headers["x-trace-id"] for case, (headers, _) in CASES.items()}
            for service, (method, path, body) in REQUESTS.items()}
