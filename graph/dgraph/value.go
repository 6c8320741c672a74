package dgraph

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dgraph-io/dgo/v230/protos/api"

	"faultline/schema"
)

func textQuad(subject, predicate, text string) *api.NQuad {
	return &api.NQuad{Subject: subject, Predicate: predicate, ObjectValue: &api.Value{Val: &api.Value_StrVal{StrVal: text}}}
}

func intValue(n int64) *api.Value { return &api.Value{Val: &api.Value_IntVal{IntVal: n}} }

// valueOf is the typed value of a statement's object, which is no reference.
func valueOf(v schema.Value) (*api.Value, error) {
	switch v.Sort {
	case schema.SortInt:
		return intValue(v.Int), nil
	case schema.SortFloat:
		return &api.Value{Val: &api.Value_DoubleVal{DoubleVal: v.Float}}, nil
	case schema.SortTime:
		b, err := v.Time.MarshalBinary()
		return &api.Value{Val: &api.Value_DatetimeVal{DatetimeVal: b}}, err
	default:
		return &api.Value{Val: &api.Value_StrVal{StrVal: v.Text}}, nil
	}
}

// pointValue is a point on the map in well-known binary form.
func pointValue(latitude, longitude float64) *api.Value {
	b := []byte{1, 1, 0, 0, 0} // little-endian, a point
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(longitude))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(latitude))
	return &api.Value{Val: &api.Value_GeoVal{GeoVal: b}}
}

// typeOf is the dgraph.type of a kind: "Actor" for "actor".
func typeOf(k schema.Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }

// kindOfType is the other way round.
func kindOfType(t string) schema.Kind { return schema.Kind(strings.ToLower(t)) }

// record is a node as the servers tell it.
type record map[string]json.RawMessage

func (r record) text(key string) string {
	var s string
	if json.Unmarshal(r[key], &s) != nil {
		return ""
	}
	return s
}

// kind is the kind of a node, "" when it is only referred to.
func (r record) kind() schema.Kind {
	var types []string
	if json.Unmarshal(r["dgraph.type"], &types) != nil || len(types) != 1 {
		return ""
	}
	return kindOfType(types[0])
}

// statements are what a record says in the vocabulary.
func (s *Store) statements(id string, r record) ([]schema.Statement, error) {
	list := make([]schema.Statement, 0, len(r))
	for key, raw := range r {
		p := schema.Predicate(key)
		sort, ok := s.sorts[p]
		if !ok {
			continue
		}
		values := []json.RawMessage{raw}
		if len(raw) > 0 && raw[0] == '[' {
			if err := json.Unmarshal(raw, &values); err != nil {
				return nil, fmt.Errorf("%s %s: %w", id, p, err)
			}
		}
		for _, raw := range values {
			v, err := parseValue(sort, raw)
			if err != nil {
				return nil, fmt.Errorf("%s %s: the store holds %.60s: %w", id, p, raw, err)
			}
			list = append(list, schema.Statement{Subject: id, Predicate: p, Object: v})
		}
	}
	return list, nil
}

// parseValue reads one value in the form that the servers give it.
func parseValue(sort schema.Sort, raw json.RawMessage) (schema.Value, error) {
	v := schema.Value{Sort: sort}
	var err error
	switch sort {
	case schema.SortText:
		err = json.Unmarshal(raw, &v.Text)
	case schema.SortRef:
		var node struct {
			XID string `json:"xid"`
		}
		err = json.Unmarshal(raw, &node)
		v.Text = node.XID
	case schema.SortInt:
		v.Int, err = strconv.ParseInt(string(raw), 10, 64)
	case schema.SortFloat:
		v.Float, err = strconv.ParseFloat(string(raw), 64)
	case schema.SortTime:
		var text string
		if err = json.Unmarshal(raw, &text); err == nil {
			v.Time, err = time.Parse(time.RFC3339Nano, text)
			v.Time = v.Time.UTC()
		}
	}
	return v, err
}
