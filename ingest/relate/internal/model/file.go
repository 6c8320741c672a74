package model

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"errors"
	"fmt"
	"strings"
)

// Model is all that was learned. Far and FarNet were trained on annotated
// news; what they say of a pair is an input, among others, of Near.
type Model struct {
	Knowledge Knowledge
	Far       Linear
	FarNet    Net
	Near      Linear
	Heat      float64 // of the softmax over Near's scores
}

// FarDim is how many numbers Far and FarNet add to the dense form.
const FarDim = 2 * NumClasses

// farHeat is the heat of the softmax over Far's scores, farScale what
// probabilities are multiplied with to stand beside word vectors.
const (
	farHeat  = 3
	farScale = 3
)

// Extend appends what the models of annotated news say of a pair.
func Extend(dense []float32, far, net [NumClasses]float64) []float32 {
	far = Softmax(far, farHeat)
	for c := range far {
		dense = append(dense, farScale*float32(far[c]), farScale*float32(net[c]))
	}
	return dense
}

// Score gives the probability of each type.
func (m *Model) Score(p *Pair) [NumClasses]float64 {
	sparse, dense := m.Knowledge.Sparse(p), m.Knowledge.Dense(p)
	dense = Extend(dense, m.Far.Score(sparse, dense), m.FarNet.Score(dense))
	return Softmax(m.Near.Score(sparse, dense), m.Heat)
}

// Write packs the model: the same model gives the same bytes.
func (m *Model) Write() ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(gob.NewEncoder(z).Encode(m), z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Read unpacks what Write packed.
func Read(file string) (*Model, error) {
	z, err := gzip.NewReader(strings.NewReader(file))
	if err != nil {
		return nil, err
	}
	m := new(Model)
	if err := gob.NewDecoder(z).Decode(m); err != nil {
		return nil, err
	}
	v, n := &m.Knowledge.Vectors, len(m.Knowledge.Vectors.Words)
	switch {
	case len(v.V) != n*Dim || len(v.Scale) != n || n == 0 || len(v.Cluster)%n != 0:
		return nil, errors.New("word vectors do not fit their words")
	case !m.Far.fits(DenseDim) || !m.Near.fits(DenseDim+FarDim):
		return nil, errors.New("weights do not fit their features")
	case m.FarNet.In != DenseDim || len(m.FarNet.W1) != m.FarNet.In*m.FarNet.Hidden || len(m.FarNet.B1) != m.FarNet.Hidden ||
		len(m.FarNet.W2) != NumClasses*m.FarNet.Hidden || len(m.FarNet.B2) != NumClasses:
		return nil, fmt.Errorf("a net of %d inputs and %d units does not fit its weights", m.FarNet.In, m.FarNet.Hidden)
	}
	for _, p := range m.Knowledge.Dictionary.Phrases {
		if p.Class < 0 || int(p.Class) >= NumClasses || p.Book < 0 || p.Book >= books {
			return nil, fmt.Errorf("phrase %q has no class or dictionary", p.Head)
		}
	}
	m.Knowledge.Prepare()
	return m, nil
}

func (m *Linear) fits(dim int) bool {
	return len(m.W) == len(m.Keys)*NumClasses && len(m.Dense) == dim*NumClasses
}
