//go:build !unix

package main

import (
	"io"
	"os"
)

// lockFile takes no lock: here a folder for the read model (FAULTLINE_SERIES)
// must be one process's own.
func lockFile(path string) (io.Closer, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
}
