package acled

import (
	"strings"

	"faultline/ingest/report"
	"faultline/schema"
)

// direction is how the sides of a kind of event stand to each other.
type direction int

const (
	both    direction = iota // both act
	victim                   // the one side that cannot fight is attacked; of equals both act
	police                   // state forces act on the other side
	acting                   // whoever is named acts, alone or on the second
	crowded                  // protesters or rioters act
)

// typeOf is what the kind of event is among the event types.
func typeOf(kind, sub string) (t schema.EventType, d direction, ok bool) {
	switch strings.ToLower(sub) {
	case "peaceful protest", "protest with intervention":
		return schema.Protest, crowded, true
	case "violent demonstration":
		return schema.Protest, crowded, true
	case "excessive force against protesters":
		return schema.Assault, victim, true
	case "mob violence", "attack", "sexual violence":
		return schema.Assault, victim, true
	case "abduction/forced disappearance":
		return schema.Coerce, victim, true
	case "agreement":
		return schema.Agree, both, true
	case "arrests", "disrupted weapons use":
		return schema.Coerce, police, true
	case "looting/property destruction":
		return schema.Coerce, victim, true
	case "headquarters or base established":
		return schema.Mobilize, acting, true
	case "non-violent transfer of territory":
		return schema.Retreat, both, true
	case "change to group/activity", "other":
		return "", 0, false // recruits, moves, splits, declares: anything
	}
	switch strings.ToLower(kind) {
	case "battles":
		return schema.Assault, both, true
	case "explosions/remote violence", "remote violence", "violence against civilians":
		return schema.Assault, victim, true
	case "protests":
		return schema.Protest, crowded, true
	case "riots", "riots/protests":
		return schema.Protest, crowded, true
	}
	// Old exports: "Battle-No change of territory", "Headquarters or base established".
	if strings.HasPrefix(strings.ToLower(kind), "battle-") {
		return schema.Assault, both, true
	}
	return "", 0, false
}

// deed makes the row of an event: its type, and who did it to whom.
func deed(kind, sub string, a, b actor) (row report.Row, ok bool) {
	t, d, ok := typeOf(kind, sub)
	if !ok {
		return row, false
	}
	row.Type = t
	if a.name == "" {
		a, b = b, a
	}
	weakA, weakB := a.weak(), b.weak()
	switch {
	case b.name == "":
		if d == victim && weakA {
			row.Recipient, row.RecipientIs = a.name, a.party() // nobody knows by whom
			return row, true
		}
	case d == both, d == victim && weakA == weakB:
		row.Joint = true
	case d == victim:
		if weakA {
			a, b = b, a
		}
	case d == police:
		if a.state() == b.state() {
			row.Joint = true
		} else if b.state() {
			a, b = b, a
		}
	case d == crowded:
		if !a.crowd() && b.crowd() {
			a, b = b, a
		}
		if strings.EqualFold(sub, "violent demonstration") || b.crowd() {
			break // against whom, or together
		}
		b = actor{} // who intervened; the protest is against others
	}
	row.Joint = row.Joint || d == crowded && b.crowd()
	row.Initiator, row.InitiatorIs = a.name, a.party()
	if b.name != "" {
		row.Recipient, row.RecipientIs = b.name, b.party()
	}
	return row, true
}

// weak reports whether the actor does not carry arms.
func (a actor) weak() bool { return a.kind == civilians || a.kind == protesters }

func (a actor) state() bool { return a.kind == stateForces || a.kind == external }

func (a actor) crowd() bool { return a.kind == protesters || a.kind == rioters }
