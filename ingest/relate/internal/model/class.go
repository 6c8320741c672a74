// Package model is what the trainer and the user of the relation classifier
// share: how a pair of actors in a sentence becomes numbers, how the trained
// weights score them, and the file that holds the weights.
package model

// Classes are the relation types in the order of scores: PLOVER's sixteen,
// with CONCEDE and RETREAT as one.
var Classes = [NumClasses]string{
	"AGREE", "CONSULT", "SUPPORT",
	"COOPERATE", "AID", "YIELD",
	"REQUEST", "ACCUSE", "REJECT", "THREATEN",
	"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}

// NumClasses is the number of relation types.
const NumClasses = 15

// Quads are the quad classes, 1 to 4, of Classes.
var Quads = [NumClasses]int{1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4}

// Class is the index of a type in Classes, −1 for another word. CONCEDE and
// RETREAT are YIELD.
func Class(name string) int {
	if name == "CONCEDE" || name == "RETREAT" {
		name = "YIELD"
	}
	for i, c := range Classes {
		if c == name {
			return i
		}
	}
	return -1
}

// Decide gives the most probable type and the most probable quad class, 1 to
// 4, of probabilities per type. The class is that of the types together, so
// it need not be the class of the one type.
func Decide(p []float64) (class, quad int) {
	var sum [5]float64
	for c, x := range p {
		if x > p[class] {
			class = c
		}
		sum[Quads[c]] += x
	}
	quad = 1
	for q := 2; q <= 4; q++ {
		if sum[q] > sum[quad] {
			quad = q
		}
	}
	return class, quad
}
