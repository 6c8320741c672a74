package mem_test

import (
	"testing"

	"faultline/graph"
	"faultline/graph/graphtest"
	"faultline/graph/mem"
)

func TestStore(t *testing.T) {
	graphtest.Run(t, func(*testing.T) graph.Store { return mem.New() })
}
