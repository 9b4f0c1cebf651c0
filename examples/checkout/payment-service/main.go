// payment-service charges cards. PORT comes from the environment.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
)

type charge struct {
	OrderID     string `json:"order_id"`
	UserID      string `json:"user_id"`
	Card        string `json:"card"`
	AmountCents int64  `json:"total_amount_cents"`
}

func charges(p *provider) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l := lineOf(r.Context())
		var c charge
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&c); err != nil {
			l.Error = err.Error()
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		l.UserID, l.OrderID, l.Provider, l.AmountCents = c.UserID, c.OrderID, "stripe", c.AmountCents
		var timeout net.Error
		switch err := p.charge(r.Context(), c); {
		case err == nil:
			l.ChargeID = "ch-" + newHex(4)
			json.NewEncoder(w).Encode(map[string]string{"charge_id": l.ChargeID})
		case errors.Is(err, errDeclined):
			l.Error = err.Error()
			w.WriteHeader(http.StatusPaymentRequired)
		case errors.As(err, &timeout) && timeout.Timeout():
			l.Error = "provider timeout after 300 ms"
			w.WriteHeader(http.StatusGatewayTimeout)
		default:
			l.Error = err.Error()
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
}

func main() {
	port := os.Getenv("PORT")
	http.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/card-company", cardCompany())
	http.HandleFunc("/api/charges", edge(charges(newProvider("http://127.0.0.1:"+port+"/card-company"))))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
