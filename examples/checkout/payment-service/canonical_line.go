package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"time"
)

// line is one request's canonical log line. The order of the fields is the order in the text.
type line struct {
	Timestamp        string `json:"timestamp"`
	Level            string `json:"level"`
	Service          string `json:"service"`
	TraceID          string `json:"trace_id"`
	SpanID           string `json:"span_id"`
	ParentSpanID     string `json:"parent_span_id,omitempty"`
	SessionFeatureID string `json:"session_feature_id,omitempty"`
	BoundedContext   string `json:"bounded_context,omitempty"`
	Feature          string `json:"feature,omitempty"`
	UserID           string `json:"user_id,omitempty"`
	Method           string `json:"method"`
	Path             string `json:"path"`
	Status           int    `json:"status"`
	DurationMS       int64  `json:"duration_ms"`
	Error            string `json:"error,omitempty"`
	OrderID          string `json:"order_id,omitempty"`
	ChargeID         string `json:"charge_id,omitempty"`
	Provider         string `json:"provider,omitempty"`
	AmountCents      int64  `json:"amount_cents,omitempty"`
}

type lineKey struct{}

// lineOf gives the line of the request that is being served, for its handler to fill.
func lineOf(ctx context.Context) *line { return ctx.Value(lineKey{}).(*line) }

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// edge is the middleware: the context comes in, the trace id goes back to the caller, one line tells what happened.
func edge(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := Accept(r.Header)
		l := &line{
			Timestamp: began.UTC().Format("2006-01-02T15:04:05.000000Z"), Service: "payment-service", TraceID: c.TraceID, SpanID: c.SpanID,
			ParentSpanID: c.ParentSpanID, SessionFeatureID: c.SessionFeatureID, BoundedContext: c.BoundedContext, Feature: c.Feature,
			Method: r.Method, Path: r.URL.Path,
		}
		ctx := context.WithValue(withRequestContext(r.Context(), c), lineKey{}, l)
		w.Header().Set("X-Trace-Id", c.TraceID)
		sw := &statusWriter{w, http.StatusOK}
		next(sw, r.WithContext(ctx))
		l.Status, l.Level, l.DurationMS = sw.status, level(sw.status), time.Since(began).Milliseconds()
		text, err := json.Marshal(l)
		if err == nil {
			os.Stdout.Write(append(text, '\n'))
		}
	}
}

func level(status int) string {
	switch {
	case status >= 500:
		return "error"
	case status >= 400:
		return "warn"
	}
	return "info"
}
