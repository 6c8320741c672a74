package coder

import (
	"testing"

	"faultline/schema"
)

func TestStatus(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		name, tokens, trigger string
		want                  schema.Status
		because               string
	}{
		{"plain", "Iran/NNP/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj", "attacked", schema.Asserted, ""},
		{"not", "Iran/NNP/4/nsubj did=do/VBD/4/aux not/RB/4/advmod attack/VB/0/root Israel/NNP/4/obj", "attack", schema.Denied, "not"},
		{"clitic", "Iran/NNP/4/nsubj did=do/VBD/4/aux n't/RB/4/advmod attack/VB/0/root Israel/NNP/4/obj", "attack", schema.Denied, "n't"},
		{"never", "Iran/NNP/3/nsubj never/RB/3/advmod attacked=attack/VBD/0/root Israel/NNP/3/obj", "attacked", schema.Denied, "never"},
		{"not outweighs will", "Iran/NNP/4/nsubj will/MD/4/aux not/RB/4/advmod attack/VB/0/root Israel/NNP/4/obj", "attack", schema.Denied, "not"},
		{"no", "No/DT/2/det attack/NN/3/nsubj occurred=occur/VBD/0/root", "attack", schema.Denied, "no"},
		{"any", "any/DT/2/det attack/NN/3/nsubj failed=fail/VBD/0/root", "attack", schema.Hypothetical, "any"},
		{"will", "Iran/NNP/3/nsubj will/MD/3/aux attack/VB/0/root Israel/NNP/3/obj", "attack", schema.Planned, "will"},
		{"must", "Iran/NNP/3/nsubj must/MD/3/aux leave/VB/0/root", "leave", schema.Demanded, "must"},
		{"may", "Iran/NNP/3/nsubj may/MD/3/aux attack/VB/0/root Israel/NNP/3/obj", "attack", schema.Hypothetical, "may"},
		{"possible", "a/DT/3/det possible/JJ/3/amod attack/NN/4/nsubj looms=loom/VBZ/0/root", "attack", schema.Hypothetical, "possible"},
		{"plans to", "Iran/NNP/2/nsubj plans=plan/VBZ/0/root to/TO/4/mark attack/VB/2/xcomp Israel/NNP/4/obj", "attack", schema.Planned, "plan"},
		{"plans to begin to", "Iran/NNP/2/nsubj plans=plan/VBZ/0/root to/TO/4/mark begin/VB/2/xcomp to/TO/6/mark attack/VB/4/xcomp", "attack", schema.Planned, "plan"},
		{"began to", "Iran/NNP/2/nsubj began=begin/VBD/0/root to/TO/4/mark attack/VB/2/xcomp Israel/NNP/4/obj", "attack", schema.Asserted, ""},
		{"refused to", "Iran/NNP/2/nsubj refused=refuse/VBD/0/root to/TO/4/mark withdraw/VB/2/xcomp", "withdraw", schema.Denied, "refuse"},
		{"urged to", "Oman/NNP/2/nsubj urged=urge/VBD/0/root Iran/NNP/2/obj to/TO/5/mark withdraw/VB/2/xcomp", "withdraw", schema.Demanded, "urge"},
		{"demanded that", "Oman/NNP/2/nsubj demanded=demand/VBD/0/root that/IN/5/mark Iran/NNP/5/nsubj withdraw/VB/2/ccomp", "withdraw", schema.Demanded, "demand"},
		{"denied that", "Iran/NNP/2/nsubj denied=deny/VBD/0/root that/IN/5/mark it/PRP/5/nsubj attacked=attack/VBD/2/ccomp", "attacked", schema.Denied, "deny"},
		{"said that", "Iran/NNP/2/nsubj said=say/VBD/0/root it/PRP/4/nsubj attacked=attack/VBD/2/ccomp", "attacked", schema.Asserted, ""},
		{"if", "If/IN/3/mark Iran/NNP/3/nsubj attacks=attack/VBZ/5/advcl Israel/NNP/5/nsubj answers=answer/VBZ/0/root", "attacks", schema.Hypothetical, "If"},
		{"in order to", "Iran/NNP/2/nsubj came=come/VBD/0/root to/TO/4/mark attack/VB/2/advcl", "attack", schema.Planned, "in order to"},
		{"sent to", "Iran/NNP/2/nsubj deployed=deploy/VBD/0/root troops/NNS/2/obj to/TO/5/mark attack/VB/2/advcl", "attack", schema.Asserted, ""},
		{"forced to", "Iran/NNP/2/nsubj forced=force/VBD/0/root them/PRP/2/obj to/TO/5/mark withdraw/VB/2/advcl", "withdraw", schema.Asserted, ""},
		{"asked, in order to", "Iran/NNP/2/nsubj asked=ask/VBD/0/root them/PRP/2/obj to/TO/5/mark withdraw/VB/2/advcl", "withdraw", schema.Demanded, "ask"},
		{"attempted to", "Iran/NNP/2/nsubj attempted=attempt/VBD/0/root to/TO/4/mark attack/VB/2/xcomp", "attack", schema.Asserted, ""},
		{"threatened to", "Iran/NNP/2/nsubj threatened=threaten/VBD/0/root to/TO/4/mark attack/VB/2/xcomp", "attack", schema.Hypothetical, "threatened to"},
		{"reported to have been", "Iran/NNP/2/nsubj:pass reported=report/VBN/0/root to/TO/6/mark have/VB/6/aux been=be/VBN/6/aux:pass attacked=attack/VBN/2/xcomp", "attacked", schema.Asserted, ""},
		{"joined to a plan, in the present", "Iran/NNP/3/nsubj will/MD/3/aux wait/VB/0/root and/CC/5/cc attacks=attack/VBZ/3/conj", "attacks", schema.Asserted, ""},
		{"preparing for", "Iran/NNP/2/nsubj prepared=prepare/VBD/0/root for/IN/4/case strikes=strike/NNS/2/obl", "strikes", schema.Planned, "prepare for"},
		{"prevented", "Iran/NNP/2/nsubj prevented=prevent/VBD/0/root attacks=attack/NNS/2/obj", "attacks", schema.Hypothetical, "prevent"},
		{"called for", "Iran/NNP/2/nsubj called=call/VBD/0/root for/IN/4/case strikes=strike/NNS/2/obl", "strikes", schema.Demanded, "call"},
		{"threat of", "a/DT/2/det threat/NN/5/nsubj of/IN/4/case attack/NN/2/nmod grows=grow/VBZ/0/root", "attack", schema.Hypothetical, "threat"},
		{"call for", "a/DT/2/det call/NN/5/nsubj for/IN/4/case strikes=strike/NNS/2/nmod came=come/VBD/0/root", "strikes", schema.Demanded, "call"},
		{"plan to", "a/DT/2/det plan/NN/5/nsubj to/TO/4/mark attack/VB/2/acl failed=fail/VBD/0/root", "attack", schema.Planned, "plan"},
		{"joined to a plan", "Iran/NNP/3/nsubj will/MD/3/aux bomb/VB/0/root and/CC/5/cc attack/VB/3/conj Israel/NNP/5/obj", "attack", schema.Planned, "will"},
		{"joined, with its own subject", "Iran/NNP/3/nsubj will/MD/3/aux wait/VB/0/root and/CC/6/cc Israel/NNP/6/nsubj attacked=attack/VBD/3/conj", "attacked", schema.Asserted, ""},
		{"light verb to come", "a/DT/2/det strike/NN/5/nsubj:pass will/MD/5/aux be/VB/5/aux:pass launched=launch/VBN/0/root", "strike", schema.Planned, "will"},
		{"subject of a preventing verb", "attacks=attack/NNS/2/nsubj halted=halt/VBD/0/root talks=talk/NNS/2/obj", "attacks", schema.Asserted, ""},
		{"relative clause", "troops=troop/NNS/0/root who/WP/3/nsubj attacked=attack/VBD/1/acl:relcl Israel/NNP/3/obj", "attacked", schema.Asserted, ""},
		{"is to", "Iran/NNP/4/nsubj is=be/VBZ/4/aux to/TO/4/mark attack/VB/0/root Israel/NNP/4/obj", "attack", schema.Planned, "is to"},
		{"is going to", "Iran/NNP/3/nsubj is=be/VBZ/3/aux going=go/VBG/0/root to/TO/5/mark attack/VB/3/xcomp Israel/NNP/5/obj", "attack", schema.Planned, "going to"},
		{"will travel to", "Iran/NNP/3/nsubj will/MD/3/aux travel/VB/0/root to/TO/5/mark attack/VB/3/advcl Israel/NNP/5/obj", "attack", schema.Planned, "will"},
		{"not killed by", "Rebels=rebel/NNS/4/nsubj:pass were=be/VBD/4/aux:pass not/RB/4/advmod killed=kill/VBN/0/root by/IN/6/case shelling/NN/4/obl", "shelling", schema.Denied, "not"},
		{"is to, taken for a copula", "Iran/NNP/4/nsubj:outer is=be/VBZ/4/cop to/TO/4/mark attack/VB/0/root Israel/NNP/4/obj", "attack", schema.Planned, "is to"},
		{"due to, taken for a conjunction", "Iran/NNP/5/nsubj is=be/VBZ/5/cop due/JJ/5/mark to/TO/3/fixed attack/VB/0/root Israel/NNP/5/obj", "attack", schema.Planned, "due to"},
		{"due to", "Iran/NNP/3/nsubj is=be/VBZ/3/cop due/JJ/0/root to/TO/5/mark attack/VB/3/xcomp", "attack", schema.Planned, "due to"},
		{"nobody", "Nobody/NN/2/nsubj attacked=attack/VBD/0/root Israel/NNP/2/obj", "attacked", schema.Denied, "nobody"},
		{"no act came about", "No/DT/2/det sanctions=sanction/NNS/4/nsubj:pass were=be/VBD/4/aux:pass imposed=impose/VBN/0/root", "imposed", schema.Denied, "no"},
		{"no part in", "Iran/NNP/2/nsubj denied=deny/VBD/0/root involvement/NN/2/obj in/IN/6/case the/DT/6/det attack/NN/3/nmod", "attack", schema.Denied, "involvement"},
		{"rejected claims that", "Iran/NNP/2/nsubj rejected=reject/VBD/0/root claims=claim/NNS/2/obj that/IN/6/mark it/PRP/6/nsubj attacked=attack/VBD/3/acl", "attacked", schema.Denied, "claim"},
		{"demanded that, tagged as present", "Oman/NNP/2/nsubj demanded=demand/VBD/0/root that/IN/5/mark rebels=rebel/NNS/5/nsubj withdraw/VBP/2/ccomp", "withdraw", schema.Demanded, "demand"},
	} {
		s := parsed(t, w, tc.tokens)
		got, because := s.status(act{token: s.token(t, tc.trigger)})
		if got != tc.want || got != schema.Asserted && because != tc.because {
			t.Errorf("%s: %q is %s because of %q, want %s because of %q", tc.name, s.doc.Text, got, because, tc.want, tc.because)
		}
	}
}

// Acts that are done by speaking stand whatever becomes of them.
func TestStatusOfSpeech(t *testing.T) {
	w := bench(t)
	for _, tc := range []struct {
		typ             schema.EventType
		tokens, trigger string
		want            schema.Status
	}{
		{schema.Reject, "Iran/NNP/4/nsubj will/MD/4/aux not/RB/4/advmod negotiate/VB/0/root", "negotiate", schema.Asserted},
		{schema.Threaten, "Iran/NNP/3/nsubj would/MD/3/aux answer/VB/0/root", "answer", schema.Asserted},
		{schema.Request, "Iran/NNP/2/nsubj rejected=reject/VBD/0/root the/DT/4/det request/NN/2/obj", "request", schema.Asserted},
		{schema.Request, "Iran/NNP/3/nsubj must/MD/3/aux pay/VB/0/root", "pay", schema.Asserted},
		{schema.Agree, "they/PRP/2/nsubj agreed=agree/VBD/0/root to/TO/4/mark restore/VB/2/xcomp relations=relation/NNS/4/obj", "restore", schema.Asserted},
		{schema.Sanction, "they/PRP/2/nsubj agreed=agree/VBD/0/root to/TO/4/mark impose/VB/2/xcomp sanctions=sanction/NNS/4/obj", "impose", schema.Planned},
		{schema.Assault, "Iran/NNP/2/nsubj denied=deny/VBD/0/root the/DT/4/det attack/NN/2/obj", "attack", schema.Denied},
		{schema.Assault, "they/PRP/2/nsubj plotted=plot/VBD/0/root an/DT/4/det attack/NN/2/obj", "plotted", schema.Planned},
		{schema.Assault, "Rebels=rebel/NNS/2/nsubj failed=fail/VBD/0/root to/TO/4/mark capture/VB/2/xcomp Homs/NNP/4/obj", "failed", schema.Denied},
		{schema.Threaten, "they/PRP/2/nsubj vowed=vow/VBD/0/root revenge/NN/2/obj", "vowed", schema.Asserted},
	} {
		s := parsed(t, w, tc.tokens)
		a := act{token: s.token(t, tc.trigger), pattern: pattern{Type: tc.typ}}
		if got, because := s.status(a); got != tc.want {
			t.Errorf("%s of %q is %s because of %q, want %s", tc.typ, s.doc.Text, got, because, tc.want)
		}
	}
}

func TestWordSet(t *testing.T) {
	for _, tc := range []struct {
		words string
		want  []string
	}{
		{"", nil},
		{"plan", []string{"plan"}},
		{"  plan  vow ", []string{"plan", "vow"}},
	} {
		set := wordSet(tc.words)
		if len(set) != len(tc.want) {
			t.Errorf("%q has %d words, want %d", tc.words, len(set), len(tc.want))
		}
		for _, w := range tc.want {
			if !set[w] {
				t.Errorf("%q lacks %q", tc.words, w)
			}
		}
	}
}
