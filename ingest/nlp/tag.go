package nlp

// Tag is a universal part of speech (UPOS) of Universal Dependencies v2.
type Tag uint8

// The seventeen universal parts of speech. The zero Tag means "not tagged".
const (
	_ Tag = iota
	ADJ
	ADP
	ADV
	AUX
	CCONJ
	DET
	INTJ
	NOUN
	NUM
	PART
	PRON
	PROPN
	PUNCT
	SCONJ
	SYM
	VERB
	X
	numTags
)

var tagNames = [numTags]string{
	"", "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM",
	"PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X",
}

// String gives the UD name of the tag, "" when it is unset or out of range.
func (t Tag) String() string {
	if t < numTags {
		return tagNames[t]
	}
	return ""
}

// ParseTag reads a UD part-of-speech name; ok is false for any other string.
func ParseTag(s string) (t Tag, ok bool) {
	for i := Tag(1); i < numTags; i++ {
		if tagNames[i] == s {
			return i, true
		}
	}
	return 0, false
}
