package api

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"faultline/queries"
	"faultline/schema"
)

// object is a JSON object; encoding/json sorts its members.
type object = map[string]any

// shapes makes JSON Schemas (2020-12) of Go types, and collects those that
// have a name.
type shapes struct {
	named map[string]object
	names map[reflect.Type]string
}

func newShapes() *shapes {
	return &shapes{make(map[string]object), make(map[reflect.Type]string)}
}

// words are the values of the types that are lists of words.
func words() map[reflect.Type][]string {
	list := map[reflect.Type][]string{
		reflect.TypeFor[schema.Status]():     {string(schema.Asserted), string(schema.Denied), string(schema.Planned), string(schema.Demanded), string(schema.Hypothetical), ""},
		reflect.TypeFor[schema.Precision]():  {string(schema.PrecisionDay), string(schema.PrecisionWeek), string(schema.PrecisionMonth), string(schema.PrecisionYear), string(schema.PrecisionUnknown)},
		reflect.TypeFor[schema.ActorKind]():  {string(schema.State), string(schema.Government), string(schema.Military), string(schema.ArmedGroup), string(schema.Organisation), string(schema.Person), string(schema.Population), string(schema.Outlet)},
		reflect.TypeFor[schema.MarkRole]():   {string(schema.MarkInitiator), string(schema.MarkRecipient), string(schema.MarkTrigger), string(schema.MarkSpeaker), string(schema.MarkDate), string(schema.MarkPlace)},
		reflect.TypeFor[schema.Outcome]():    {string(schema.Running), string(schema.Stopped), string(schema.Partial), string(schema.Complete)},
		reflect.TypeFor[queries.Level]():     {string(queries.LevelActor), string(queries.LevelParent), string(queries.LevelCountry), string(queries.LevelBloc)},
		reflect.TypeFor[queries.Unit]():      {string(queries.UnitWeek), string(queries.UnitMonth)},
		reflect.TypeFor[queries.Rank]():      {string(queries.ByChange), string(queries.ByLevel)},
		reflect.TypeFor[queries.Grade]():     {string(queries.NoGrade), string(queries.Watch), string(queries.Warning), string(queries.Alerting)},
		reflect.TypeFor[queries.Direction](): {string(queries.AToB), string(queries.BToA), string(queries.Mutual), ""},
		reflect.TypeFor[queries.Trend]():     {string(queries.Rising), string(queries.Steady), string(queries.Falling)},
		reflect.TypeFor[queries.Sign]():      {string(queries.Friend), string(queries.Foe), string(queries.Mixed)},
		reflect.TypeFor[queries.Verdict]():   {string(queries.Worse), string(queries.Better), string(queries.Busier), string(queries.Quieter), string(queries.Closer), string(queries.Remoter)},
		reflect.TypeFor[queries.Character](): {string(queries.Cooperative), string(queries.Tense), string(queries.OpenConflict), string(queries.Estranged), string(queries.Distant)},
		reflect.TypeFor[queries.StepKind]():  {string(queries.ByEvents), string(queries.ByPart), string(queries.ByWhole), string(queries.ByAlignedWith)},
		reflect.TypeFor[queries.TriadKind](): {string(queries.FriendsAtOdds), string(queries.AllFoes)},
		reflect.TypeFor[schema.EventType]():  nil,
	}
	for _, t := range schema.EventTypes() {
		list[reflect.TypeFor[schema.EventType]()] = append(list[reflect.TypeFor[schema.EventType]()], string(t))
	}
	return list
}

// of is the schema of a type: a reference for structs.
func (s *shapes) of(t reflect.Type) object {
	if list, ok := words()[t]; ok {
		return object{"type": "string", "enum": list}
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[schema.Day]():
		return object{"type": "string", "pattern": `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`, "description": "YYYY-MM-DD, empty when not known or open"}
	case reflect.TypeFor[schema.QuadClass]():
		if !t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			return object{"type": "integer", "minimum": 1, "maximum": 4}
		}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint64, reflect.Uint8:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Array:
		return object{"type": "array", "items": s.of(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Struct:
		return object{"$ref": "#/components/schemas/" + s.name(t)}
	}
	panic("no shape for " + t.String()) // a type of the table: found by any test
}

// name collects a struct and gives its name.
func (s *shapes) name(t reflect.Type) string {
	if n, ok := s.names[t]; ok {
		return n
	}
	n := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if _, taken := s.named[n]; taken {
		pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
		n = strings.ToUpper(pkg[:1]) + pkg[1:] + n
	}
	s.names[t] = n
	s.named[n] = object{} // a type may hold itself
	members, required := object{}, []string{}
	s.fields(t, members, &required)
	s.named[n] = object{"type": "object", "properties": members, "required": required, "additionalProperties": false}
	return n
}

// fields adds the members of a struct, those of embedded ones as its own.
func (s *shapes) fields(t reflect.Type, members object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && tag == "":
			s.fields(f.Type, members, required)
			continue
		case !f.IsExported() || tag == "-":
			continue
		case name == "":
			name = f.Name
		}
		shape := s.of(f.Type)
		may := strings.Contains(options, "omit") // omitempty, omitzero
		if f.Type.Kind() == reflect.Pointer && !may {
			shape = object{"anyOf": []any{shape, object{"type": "null"}}}
		}
		members[name] = shape
		if !may {
			*required = append(*required, name)
		}
	}
}
