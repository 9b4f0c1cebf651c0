// client URL MESSAGES json|protobuf TENANT: hands each message with its metadata to the client, a microsecond apart.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/grafana/loki-client-go/loki"
	"github.com/grafana/loki/pkg/push"
	"github.com/prometheus/common/model"
)

func main() {
	if err := send(os.Args[1], os.Args[2], os.Args[3] == "json", os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func send(url, path string, asJSON bool, tenant string) error {
	config, err := loki.NewDefaultConfig(url)
	if err != nil {
		return err
	}
	config.EncodeJson, config.TenantID, config.BatchWait = asJSON, tenant, 100*time.Millisecond
	client, err := loki.New(config)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var messages []string
	if err := json.Unmarshal(data, &messages); err != nil {
		return err
	}
	now := time.Now()
	for i, message := range messages {
		labels := model.LabelSet{"service": "go", "quoted": "a \"b\" \\ c", "tier": model.LabelValue(fmt.Sprintf("t%d", i%3))}
		metadata := push.LabelsAdapter{{Name: "order", Value: fmt.Sprintf("order-%d", i)}}
		if err := client.HandleWithMetadata(labels, now.Add(time.Duration(i)*time.Microsecond), message, metadata); err != nil {
			return err
		}
	}
	client.Stop()
	return nil
}
