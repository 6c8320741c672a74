package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"faultline/graph"
	"faultline/queries"
	"faultline/web/question"
)

// kind is a kind of problem: what follows "#" in its type.
type kind string

const (
	wrongParameter kind = "wrong-parameter"
	unknownActor   kind = "unknown-actor"
	ambiguousActor kind = "ambiguous-actor"
	notFound       kind = "not-found"
	listMoved      kind = "list-moved"
	refused        kind = "refused"
	wrongMethod    kind = "wrong-method"
	noToken        kind = "token-needed"
	readOnly       kind = "read-only"
	tooLarge       kind = "too-large"
	wrongMedia     kind = "wrong-media-type"
	wrongBody      kind = "wrong-body"
	unusable       kind = "unusable-report"
	tooLong        kind = "address-too-long"
	wrongHost      kind = "wrong-host"
	wrongOrigin    kind = "wrong-origin"
	tooMany        kind = "too-many-requests"
	failure        kind = "failure"
)

// problemKind describes a kind of problem.
type problemKind struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	kind   kind
}

// problems lists all kinds.
func problems() []problemKind {
	list := []problemKind{
		{kind: wrongParameter, Status: http.StatusBadRequest, Title: "A parameter cannot be taken"},
		{kind: unknownActor, Status: http.StatusNotFound, Title: "No actor goes by this name"},
		{kind: ambiguousActor, Status: http.StatusUnprocessableEntity, Title: "The name is that of several actors"},
		{kind: notFound, Status: http.StatusNotFound, Title: "Not in the graph"},
		{kind: listMoved, Status: http.StatusGone, Title: "The list has changed"},
		{kind: refused, Status: http.StatusUnprocessableEntity, Title: "The question makes no sense"},
		{kind: wrongMethod, Status: http.StatusMethodNotAllowed, Title: "Wrong method"},
		{kind: noToken, Status: http.StatusUnauthorized, Title: "The token is missing or wrong"},
		{kind: readOnly, Status: http.StatusForbidden, Title: "This server is read-only"},
		{kind: tooLarge, Status: http.StatusRequestEntityTooLarge, Title: "The body is too large"},
		{kind: wrongMedia, Status: http.StatusUnsupportedMediaType, Title: "The body is no JSON"},
		{kind: wrongBody, Status: http.StatusBadRequest, Title: "The body cannot be read"},
		{kind: unusable, Status: http.StatusUnprocessableEntity, Title: "The report cannot be used"},
		{kind: tooLong, Status: http.StatusRequestURITooLong, Title: "The address is too long"},
		{kind: wrongHost, Status: http.StatusMisdirectedRequest, Title: "The server goes by another name"},
		{kind: wrongOrigin, Status: http.StatusForbidden, Title: "A page from elsewhere asks"},
		{kind: tooMany, Status: http.StatusTooManyRequests, Title: "Too many requests"},
		{kind: failure, Status: http.StatusInternalServerError, Title: "The server failed"},
	}
	for i := range list {
		list[i].Type = Root + "problems#" + string(list[i].kind)
	}
	return list
}

// problem is an error as RFC 9457 has it.
type problem struct {
	Kind       kind               `json:"-"`
	Type       string             `json:"type"`
	Title      string             `json:"title"`
	Status     int                `json:"status"`
	Detail     string             `json:"detail"`
	Parameters []question.Wrong   `json:"parameters,omitempty"` // of wrong-parameter
	Name       string             `json:"name,omitempty"`       // of unknown-actor and ambiguous-actor
	Candidates []queries.ActorRef `json:"candidates,omitempty"` // whom the name may mean, most events first
}

// problemOf tells what an error means to the caller. What is the server's
// own fault tells nothing.
func problemOf(err error) problem {
	var (
		wrong   question.WrongParams
		name    *queries.NameError
		no      *question.Refused
		bad     *Unusable
		tooMuch *http.MaxBytesError
	)
	switch {
	case errors.As(err, &wrong):
		return problem{Kind: wrongParameter, Detail: wrong.Error(), Parameters: wrong}
	case errors.As(err, &name):
		p := problem{Kind: unknownActor, Detail: err.Error(), Name: name.Name, Candidates: name.Candidates}
		if name.Ambiguous {
			p.Kind = ambiguousActor
		}
		return p
	case errors.As(err, &no):
		return problem{Kind: refused, Detail: err.Error()}
	case errors.As(err, &bad):
		return problem{Kind: unusable, Detail: err.Error()}
	case errors.As(err, &tooMuch):
		return problem{Kind: tooLarge, Detail: err.Error()}
	case errors.Is(err, question.ErrMoved):
		return problem{Kind: listMoved, Detail: err.Error()}
	case errors.Is(err, graph.ErrNotFound):
		return problem{Kind: notFound, Detail: err.Error()}
	}
	return problem{Kind: failure, Detail: "This should not have happened; the server's log tells more."}
}

// Refuse answers a request that does not get as far as the API with the
// problem of a status: 401, 403, 414, 421, 429; any other is 500.
func Refuse(w http.ResponseWriter, status int, detail string) {
	p := problem{Kind: failure, Detail: detail}
	switch status {
	case http.StatusUnauthorized:
		p.Kind = noToken
	case http.StatusForbidden:
		p.Kind = wrongOrigin
	case http.StatusRequestURITooLong:
		p.Kind = tooLong
	case http.StatusMisdirectedRequest:
		p.Kind = wrongHost
	case http.StatusTooManyRequests:
		p.Kind = tooMany
	}
	send(w, p)
}

// send answers with a problem.
func send(w http.ResponseWriter, p problem) {
	for _, k := range problems() {
		if k.kind == p.Kind {
			p.Type, p.Title, p.Status = k.Type, k.Title, k.Status
		}
	}
	b, _ := json.MarshalIndent(p, "", "  ") // of text and numbers: cannot fail
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(b, '\n'))
}
