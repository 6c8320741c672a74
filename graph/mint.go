package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"faultline/schema"
)

// namespace is the UUIDv5 namespace of all minted ids: the same input gives
// the same ids in every store.
func namespace() uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://faultline/graph/1"))
}

func mint(kind schema.Kind, parts ...string) string {
	name := string(kind) + "\x00" + strings.Join(parts, "\x00")
	return string(kind) + ":" + uuid.NewSHA1(namespace(), []byte(name)).String()
}

// EventID is the id of an event: UUIDv5 of its Key.
func EventID(e schema.Event) schema.EventID {
	return schema.EventID(mint(schema.KindEvent, e.Key()))
}

// ReportID is the id of a report: UUIDv5 of the source that it came from and
// what names it there (an address, a GUID, a row's content).
func ReportID(source, name string) schema.ReportID {
	return schema.ReportID(mint(schema.KindReport, source, name))
}

// ClaimID is the id of a claim: UUIDv5 of its report, its event and what
// tells it from the report's other claims of that event (sentence and
// speaker).
func ClaimID(report schema.ReportID, event schema.EventID, mark string) schema.ClaimID {
	return schema.ClaimID(mint(schema.KindClaim, string(report), string(event), mark))
}

// LoadID is the id of a load: UUIDv5 of what it reads.
func LoadID(source, digest string) schema.LoadID {
	return schema.LoadID(mint(schema.KindLoad, source, digest))
}

// ReadingID is the id of a reading: UUIDv5 of its relation, its period and
// what was read. The same figures for the same period are one reading.
func ReadingID(relation schema.RelationID, r schema.Reading) schema.ReadingID {
	figures := fmt.Sprintf("%d %d %.3f %.3f", r.Hostile, r.Cooperative, r.Expected, r.Surprise)
	return schema.ReadingID(mint(schema.KindReading, string(relation), r.From.String(), r.To.String(), figures))
}

// ContentHash is the hash by which copies of a content are known: SHA-256,
// the first 16 bytes, in hex.
func ContentHash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
