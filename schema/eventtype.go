package schema

import "fmt"

// EventType is what an actor does to another: one of PLOVER's sixteen types
// or one of two states of a relation, STRAIN and EASE.
type EventType string

// The event types.
const (
	Agree     EventType = "AGREE"     // agree, sign, accept, settle, announce readiness to cooperate
	Consult   EventType = "CONSULT"   // meet, visit, phone, negotiate, mediate
	Support   EventType = "SUPPORT"   // endorse, praise, recognise, defend in words
	Concede   EventType = "CONCEDE"   // yield in words: apologise, ease a policy, release, accept a demand
	Cooperate EventType = "COOPERATE" // joint operations, shared intelligence, extradition, trade
	Aid       EventType = "AID"       // money, arms, humanitarian or medical help, asylum
	Retreat   EventType = "RETREAT"   // withdraw, surrender, evacuate, defect, flee from the own side
	Request   EventType = "REQUEST"   // ask, appeal, demand, urge, order
	Accuse    EventType = "ACCUSE"    // blame, criticise, condemn, investigate, sue
	Reject    EventType = "REJECT"    // refuse, deny, veto, break off an agreement
	Threaten  EventType = "THREATEN"  // threaten or warn of force or sanction
	Protest   EventType = "PROTEST"   // demonstrate, riot, strike
	Sanction  EventType = "SANCTION"  // impose sanctions, reduce relations, expel, ban
	Mobilize  EventType = "MOBILIZE"  // deploy, alert, show of force, recruit, arm
	Coerce    EventType = "COERCE"    // arrest, raid, seize, besiege, deport, repress
	Assault   EventType = "ASSAULT"   // attack, bomb, kill, fight, torture
	Strain    EventType = "STRAIN"    // the relation itself is said to be worse
	Ease      EventType = "EASE"      // the relation itself is said to be better
)

// EventTypes returns all event types in the order of the four quad classes,
// STRAIN and EASE last.
func EventTypes() []EventType {
	return []EventType{
		Agree, Consult, Support, Concede,
		Cooperate, Aid, Retreat,
		Request, Accuse, Reject, Threaten,
		Protest, Sanction, Mobilize, Coerce, Assault,
		Strain, Ease,
	}
}

// QuadClass is the coarse class of an interaction: verbal or material,
// cooperation or conflict.
type QuadClass int

// The quad classes, numbered as CAMEO and PLOVER do.
const (
	VerbalCooperation   QuadClass = 1
	MaterialCooperation QuadClass = 2
	VerbalConflict      QuadClass = 3
	MaterialConflict    QuadClass = 4
)

// Hostile reports whether the class is one of the two of conflict.
func (q QuadClass) Hostile() bool { return q == VerbalConflict || q == MaterialConflict }

// String names the class.
func (q QuadClass) String() string {
	switch q {
	case VerbalCooperation:
		return "verbal cooperation"
	case MaterialCooperation:
		return "material cooperation"
	case VerbalConflict:
		return "verbal conflict"
	case MaterialConflict:
		return "material conflict"
	}
	return "unknown"
}

// typeFacts are the class of a type, its intensity and the verb for labels.
// An intensity is the mean Goldstein score of the CAMEO codes that map onto
// the type (the table of codes in cameo.tsv). STRAIN and EASE have no codes:
// they stand between words (ACCUSE, SUPPORT) and deeds (SANCTION, RETREAT).
type typeFacts struct {
	quad      QuadClass
	intensity float64
	verb      string // "A verb B"
	joint     string // "A and B joint"
}

func (t EventType) facts() (typeFacts, bool) {
	switch t {
	case Agree:
		return typeFacts{VerbalCooperation, 5.9, "agrees with", "agree"}, true
	case Consult:
		return typeFacts{VerbalCooperation, 2.8, "meets", "meet"}, true
	case Support:
		return typeFacts{VerbalCooperation, 5.1, "backs", "back each other"}, true
	case Concede:
		return typeFacts{VerbalCooperation, 5.0, "yields to", "yield"}, true
	case Cooperate:
		return typeFacts{MaterialCooperation, 6.7, "cooperates with", "cooperate"}, true
	case Aid:
		return typeFacts{MaterialCooperation, 7.5, "aids", "aid each other"}, true
	case Retreat:
		return typeFacts{MaterialCooperation, 7.8, "retreats before", "retreat"}, true
	case Request:
		return typeFacts{VerbalConflict, -5.0, "asks", "ask"}, true
	case Accuse:
		return typeFacts{VerbalConflict, -2.0, "accuses", "accuse each other"}, true
	case Reject:
		return typeFacts{VerbalConflict, -4.2, "rejects", "reject each other"}, true
	case Threaten:
		return typeFacts{VerbalConflict, -6.2, "threatens", "threaten each other"}, true
	case Protest:
		return typeFacts{MaterialConflict, -6.9, "protests against", "protest"}, true
	case Sanction:
		return typeFacts{MaterialConflict, -5.8, "sanctions", "sanction each other"}, true
	case Mobilize:
		return typeFacts{MaterialConflict, -7.2, "mobilizes against", "mobilize"}, true
	case Coerce:
		return typeFacts{MaterialConflict, -6.7, "coerces", "coerce each other"}, true
	case Assault:
		return typeFacts{MaterialConflict, -9.6, "attacks", "fight"}, true
	case Strain:
		return typeFacts{VerbalConflict, -4.0, "strained with", "strained"}, true
	case Ease:
		return typeFacts{VerbalCooperation, 4.0, "eases with", "ease"}, true
	}
	return typeFacts{}, false
}

// Validate reports a type that is none of the eighteen.
func (t EventType) Validate() error {
	if _, ok := t.facts(); !ok {
		return fmt.Errorf("%q is no event type: want one of %v", string(t), EventTypes())
	}
	return nil
}

// Quad returns the class of the type, and 0 for an unknown type.
func (t EventType) Quad() QuadClass { f, _ := t.facts(); return f.quad }

// Intensity returns the severity of the type on Goldstein's scale, −10 (war)
// to +10 (aid), and 0 for an unknown type.
func (t EventType) Intensity() float64 { f, _ := t.facts(); return f.intensity }

// Status says whether a claim holds that its event happened.
type Status string

// The statuses, strongest first: an event that somebody asserts and somebody
// else plans has happened.
const (
	Asserted     Status = "asserted"
	Denied       Status = "denied"
	Planned      Status = "planned"
	Demanded     Status = "demanded"
	Hypothetical Status = "hypothetical"
)

// rank orders statuses, strongest first. An act that is only denied outranks
// a plan: somebody must have alleged it.
func (s Status) rank() int {
	switch s {
	case Asserted:
		return 0
	case Denied:
		return 1
	case Planned:
		return 2
	case Demanded:
		return 3
	case Hypothetical:
		return 4
	}
	return 5
}

// Validate reports a status that is none of the known ones.
func (s Status) Validate() error {
	if s.rank() > 4 {
		return fmt.Errorf("%q is no status: want asserted, denied, planned, demanded or hypothetical", string(s))
	}
	return nil
}

// Stronger returns the status that decides when both are claimed of one
// event.
func (s Status) Stronger(t Status) Status {
	if t.rank() < s.rank() {
		return t
	}
	return s
}
