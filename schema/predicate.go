package schema

import "time"

// Predicate is an edge or property of the graph's vocabulary. The same names
// are used by every store and by exports.
type Predicate string

// The vocabulary. Each predicate holds values of one sort (see Value).
const (
	PredKind        Predicate = "kind" // of every node
	PredName        Predicate = "name" // of every node
	PredActorKind   Predicate = "actor_kind"
	PredCountry     Predicate = "country"
	PredAlias       Predicate = "alias"
	PredPartOf      Predicate = "part_of"
	PredAlignedWith Predicate = "aligned_with"
	PredUnreviewed  Predicate = "unreviewed"

	PredType      Predicate = "type"
	PredCode      Predicate = "code"
	PredInitiator Predicate = "initiator"
	PredRecipient Predicate = "recipient"
	PredDate      Predicate = "date"
	PredPrecision Predicate = "precision"
	PredStatus    Predicate = "status"
	PredAt        Predicate = "at"

	PredOf         Predicate = "of"
	PredIn         Predicate = "in"
	PredSaidBy     Predicate = "said_by"
	PredSpeaker    Predicate = "speaker"
	PredSentence   Predicate = "sentence"
	PredStart      Predicate = "start"
	PredEnd        Predicate = "end"
	PredTrigger    Predicate = "trigger"
	PredMarks      Predicate = "marks"
	PredConfidence Predicate = "confidence"
	PredCoder      Predicate = "coder"
	PredReason     Predicate = "reason"
	PredRecorded   Predicate = "recorded"
	PredRetracted  Predicate = "retracted"

	PredTitle       Predicate = "title"
	PredURL         Predicate = "url"
	PredAuthor      Predicate = "author"
	PredPublished   Predicate = "published"
	PredLanguage    Predicate = "language"
	PredHash        Predicate = "hash"
	PredPublishedBy Predicate = "published_by"
	PredCites       Predicate = "cites"
	PredLoadedIn    Predicate = "loaded_in"

	PredItem Predicate = "item"

	PredParty       Predicate = "party"
	PredReading     Predicate = "reading"
	PredFrom        Predicate = "from"
	PredTo          Predicate = "to"
	PredHostile     Predicate = "hostile"
	PredCooperative Predicate = "cooperative"
	PredExpected    Predicate = "expected"
	PredSurprise    Predicate = "surprise"
	PredGrade       Predicate = "grade"

	PredLatitude  Predicate = "latitude"
	PredLongitude Predicate = "longitude"
	PredWithin    Predicate = "within"

	PredSource    Predicate = "source"
	PredStarted   Predicate = "started"
	PredFinished  Predicate = "finished"
	PredVersion   Predicate = "version"
	PredOutcome   Predicate = "outcome"
	PredReports   Predicate = "reports"
	PredSentences Predicate = "sentences"
	PredClaims    Predicate = "claims"
	PredEvents    Predicate = "events"
	PredActors    Predicate = "actors"
	PredPlaces    Predicate = "places"
	PredSkipped   Predicate = "skipped"
)

// Sort is the sort of value that a predicate holds.
type Sort int

// The sorts of value.
const (
	SortText Sort = iota
	SortRef       // the id of another node
	SortInt
	SortFloat
	SortTime
)

// Value is the object of a statement: text, a reference, a number or a
// point in time, as its Sort says.
type Value struct {
	Sort  Sort
	Text  string // SortText, SortRef
	Int   int64
	Float float64
	Time  time.Time
}

// Statement is one property or edge of a node: the unit in which quad stores
// keep it.
type Statement struct {
	Subject   string
	Predicate Predicate
	Object    Value
}
