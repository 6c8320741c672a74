package dgraphtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Empty removes all that the cluster holds, schema and data.
func (c *Cluster) Empty() {
	c.t.Helper()
	c.admin(`{"drop_all": true}`)
}

// Alter changes the schema.
func (c *Cluster) Alter(dql string) {
	c.t.Helper()
	c.admin(dql)
}

func (c *Cluster) admin(what string) {
	c.t.Helper()
	resp, err := http.Post(c.HTTP(0)+"/alter", "application/dql", strings.NewReader(what))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !strings.Contains(string(body), `"Success"`)) {
		err = fmt.Errorf("%.500s", body)
	}
	if err != nil {
		c.t.Fatalf("alter: %v", err)
	}
}
