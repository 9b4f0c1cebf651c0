package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

var (
	errDeclined = errors.New("card declined: insufficient_funds")
	errReset    = errors.New("connection reset by provider")
)

// provider is the client of the card company. Its calls carry the request's context, though that company writes no log of ours.
type provider struct {
	url    string
	client *http.Client
}

func newProvider(url string) *provider {
	return &provider{url, &http.Client{Transport: propagating{http.DefaultTransport}, Timeout: 300 * time.Millisecond}}
}

func (p *provider) charge(ctx context.Context, c charge) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", p.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusPaymentRequired:
		return errDeclined
	case http.StatusServiceUnavailable:
		return errReset
	}
	return fmt.Errorf("provider answered %d", answer.StatusCode)
}

// cardCompany stands in for the other side. The card's number says what happens; `reset` fails once an order.
func cardCompany() http.HandlerFunc {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(w http.ResponseWriter, r *http.Request) {
		var c charge
		if r.Header.Get("X-Trace-Id") == "" || json.NewDecoder(r.Body).Decode(&c) != nil {
			http.Error(w, "no trace id or no charge", http.StatusBadRequest)
			return
		}
		switch c.Card {
		case "timeout":
			select {
			case <-time.After(2 * time.Second):
			case <-r.Context().Done():
			}
		case "declined":
			w.WriteHeader(http.StatusPaymentRequired)
		case "reset":
			mu.Lock()
			again := seen[c.OrderID]
			seen[c.OrderID] = true
			mu.Unlock()
			if !again {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
	}
}
