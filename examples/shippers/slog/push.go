package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// pusher takes the lines of a slog.JSONHandler (one Write a line) and pushes them in batches from one goroutine.
type pusher struct {
	url    string
	labels map[string]string
	lines  chan [2]string
	ended  chan error
}

func newPusher(url string, labels map[string]string) *pusher {
	p := &pusher{url + "/loki/api/v1/push", labels, make(chan [2]string, 1024), make(chan error)}
	go p.run()
	return p
}

func (p *pusher) Write(line []byte) (int, error) {
	p.lines <- [2]string{fmt.Sprint(time.Now().UnixNano()), strings.TrimSuffix(string(line), "\n")}
	return len(line), nil
}

// Close pushes what is left and gives the first error that a push had.
func (p *pusher) Close() error {
	close(p.lines)
	return <-p.ended
}

func (p *pusher) run() {
	var first error
	for line := range p.lines {
		batch := [][2]string{line}
		for more := true; more && len(batch) < 1000; {
			select {
			case next, open := <-p.lines:
				if more = open; open {
					batch = append(batch, next)
				}
			case <-time.After(200 * time.Millisecond):
				more = false
			}
		}
		if err := p.push(batch); err != nil && first == nil {
			first = err
		}
	}
	p.ended <- first
}

func (p *pusher) push(batch [][2]string) error {
	body, err := json.Marshal(map[string]any{"streams": []any{map[string]any{"stream": p.labels, "values": batch}}})
	if err != nil {
		return err
	}
	answer, err := http.Post(p.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return fmt.Errorf("push: %s", answer.Status)
	}
	return nil
}
