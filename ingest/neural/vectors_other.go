//go:build !amd64

package neural

const hasVectors = false

const absent = "neural: this processor has no vectors"

func (l *Layer) vectors(s *Work, y, x []float32, n int)    { panic(absent) }
func addVectors(a, b *float32, n int)                      { panic(absent) }
func addHalfVectors(a *float32, b *uint16, n int)          { panic(absent) }
func reluVectors(x *float32, n int)                        { panic(absent) }
func gateVectors(out, before, z, f, table *float32, n int) { panic(absent) }
func combineVectors(y, x, b *float32, rows, stride, n int) { panic(absent) }
