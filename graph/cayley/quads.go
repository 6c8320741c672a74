package cayley

import (
	"fmt"
	"time"

	"github.com/cayleygraph/quad"
	"github.com/cayleygraph/quad/voc/xsd"

	"faultline/schema"
)

// term is the quad value of a schema value.
func term(v schema.Value) quad.Value {
	switch v.Sort {
	case schema.SortRef:
		return quad.IRI(v.Text)
	case schema.SortInt:
		return quad.Int(v.Int)
	case schema.SortFloat:
		return quad.Float(v.Float)
	case schema.SortTime:
		if v.Time.Nanosecond() == 0 {
			return quad.Time(v.Time)
		}
		return quad.TypedString{Value: quad.String(v.Time.Format(time.RFC3339Nano)), Type: xsd.DateTime}
	default:
		return quad.String(v.Text)
	}
}

// value is the schema value of a quad value that term made.
func value(t quad.Value) (schema.Value, error) {
	switch t := t.(type) {
	case quad.String:
		return schema.Value{Sort: schema.SortText, Text: string(t)}, nil
	case quad.IRI:
		return schema.Value{Sort: schema.SortRef, Text: string(t)}, nil
	case quad.Int:
		return schema.Value{Sort: schema.SortInt, Int: int64(t)}, nil
	case quad.Float:
		return schema.Value{Sort: schema.SortFloat, Float: float64(t)}, nil
	case quad.Time:
		return schema.Value{Sort: schema.SortTime, Time: time.Time(t).UTC()}, nil
	case quad.TypedString:
		if at, err := time.Parse(time.RFC3339Nano, string(t.Value)); err == nil {
			return schema.Value{Sort: schema.SortTime, Time: at.UTC()}, nil
		}
	}
	return schema.Value{}, fmt.Errorf("the store holds %v, a value of no known sort", t)
}
