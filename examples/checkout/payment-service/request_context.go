package main

import (
	"context"
	"net/http"
	"regexp"
	"strings"
)

// RequestContext is what travels with a request.
type RequestContext struct {
	TraceID          string // as the caller gave it, else the trace id of its traceparent, else a new UUID
	BoundedContext   string
	Feature          string
	SessionFeatureID string

	SpanID, ParentSpanID          string
	W3CTraceID, Flags, TraceState string // traceparent is kept, even if X-Trace-Id says another id
}

var traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// Accept reads the context of an incoming request. Values that could break a log line are not taken.
func Accept(h http.Header) RequestContext {
	opaque := func(name string) string {
		if v := h.Get(name); opaqueID.MatchString(v) {
			return v
		}
		return ""
	}
	c := RequestContext{
		TraceID:          opaque("X-Trace-Id"),
		BoundedContext:   opaque("X-Bounded-Context"),
		Feature:          opaque("X-Feature"),
		SessionFeatureID: opaque("X-Session-Feature-Id"),
		SpanID:           newHex(8),
		Flags:            "01",
	}
	if c.readTraceparent(h.Get("traceparent")) {
		if c.TraceState = h.Get("tracestate"); len(c.TraceState) > 512 {
			c.TraceState = ""
		}
		if c.TraceID == "" {
			c.TraceID = c.W3CTraceID
		}
		return c
	}
	if c.TraceID == "" {
		c.TraceID = newUUID()
	}
	if c.W3CTraceID = bitsOfID(c.TraceID); c.W3CTraceID == "" {
		c.W3CTraceID = newHex(16)
	}
	return c
}

func (c *RequestContext) readTraceparent(text string) bool {
	m := traceparent.FindStringSubmatch(text)
	if m == nil || m[1] == "ff" || (m[1] == "00" && m[5] != "") || strings.Trim(m[2], "0") == "" || strings.Trim(m[3], "0") == "" {
		return false
	}
	c.W3CTraceID, c.ParentSpanID, c.Flags = m[2], m[3], m[4]
	return true
}

// Inject writes the context into the headers of an outgoing request.
func (c RequestContext) Inject(h http.Header) {
	for name, value := range map[string]string{
		"X-Trace-Id":           c.TraceID,
		"X-Bounded-Context":    c.BoundedContext,
		"X-Feature":            c.Feature,
		"X-Session-Feature-Id": c.SessionFeatureID,
		"traceparent":          "00-" + c.W3CTraceID + "-" + c.SpanID + "-" + c.Flags,
		"tracestate":           c.TraceState,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
}

type contextKey struct{}

func withRequestContext(ctx context.Context, c RequestContext) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

func requestContext(ctx context.Context) RequestContext {
	c, _ := ctx.Value(contextKey{}).(RequestContext)
	return c
}

// propagating is an http.RoundTripper that injects the context of each request: no call can forget it.
type propagating struct{ next http.RoundTripper }

func (p propagating) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	requestContext(r.Context()).Inject(r.Header)
	return p.next.RoundTrip(r)
}
