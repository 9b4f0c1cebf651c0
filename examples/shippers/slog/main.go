// Go's slog: its JSON handler writes to a pusher instead of standard output.
package main

import (
	"log"
	"log/slog"
	"os"
)

func main() {
	sleipnir := newPusher(os.Getenv("SLEIPNIR_URL"), map[string]string{"service": "shop", "shipper": "slog", "env": "shippers"})
	request := slog.New(slog.NewJSONHandler(sleipnir, nil)).With("trace_id", os.Getenv("TRACE_ID"), "order_id", "order-1")

	request.Info("order accepted")
	request.Warn("provider is slow")
	request.Error("card declined")
	if err := sleipnir.Close(); err != nil {
		log.Fatal(err)
	}
}
