package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"faultline/graph"
	"faultline/queries"
	"faultline/web/question"
)

// Client asks the API of a server elsewhere. Its Ask is a question.Asker.
type Client struct {
	Server *url.URL // such as http://localhost:8460, without a query
	Token  string   // "" for none
	HTTP   *http.Client
}

// answerMost is how many bytes of an answer are read.
const answerMost = 64 << 20

// Ask puts a question to the server. Errors that are the caller's are those
// that the question has here; others tell what the server said.
func (c *Client) Ask(ctx context.Context, q *question.Question, v question.Values) (question.Answer, error) {
	given := url.Values(v.Given())
	path := q.Path
	if strings.Contains(path, "{id}") {
		path = strings.ReplaceAll(path, "{id}", url.PathEscape(given.Get("id")))
		given.Del("id")
	}
	address := strings.TrimRight(c.Server.String(), "/") + Root + path + "?" + given.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return question.Answer{}, err
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return question.Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerMost))
	if err != nil {
		return question.Answer{}, fmt.Errorf("%s: %w", c.Server.Host, err)
	}
	if response.StatusCode != http.StatusOK {
		return question.Answer{}, c.refusal(response, body)
	}
	document := reflect.New(q.Answer)
	if err := json.Unmarshal(body, document.Interface()); err != nil {
		return question.Answer{}, fmt.Errorf("%s: the answer to %s cannot be read: %w: is it a faultline of the same version?", c.Server.Host, q.Name, err)
	}
	return question.Answer{Document: document.Elem().Interface(), Next: nextOf(response.Header)}, nil
}

// nextOf is the cursor of the link that leads on.
func nextOf(h http.Header) string {
	for _, link := range h.Values("Link") {
		target, rel, ok := strings.Cut(link, ">; ")
		if !ok || rel != `rel="next"` {
			continue
		}
		if u, err := url.Parse(strings.TrimPrefix(target, "<")); err == nil {
			return u.Query().Get("cursor")
		}
	}
	return ""
}

// said is an error with the words of the server.
type said struct {
	text string
	of   error
}

func (e *said) Error() string { return e.text }
func (e *said) Unwrap() error { return e.of }

// refusal is the error that a problem was made of.
func (c *Client) refusal(response *http.Response, body []byte) error {
	var p problem
	if err := json.Unmarshal(body, &p); err != nil || p.Type == "" {
		return fmt.Errorf("%s answers %s, and not as faultline serve does", c.Server.Host, response.Status)
	}
	switch kind(p.Type[strings.LastIndexByte(p.Type, '#')+1:]) {
	case wrongParameter:
		return question.WrongParams(p.Parameters)
	case unknownActor, ambiguousActor:
		return &queries.NameError{Name: p.Name, Ambiguous: p.Status == http.StatusUnprocessableEntity, Candidates: p.Candidates}
	case refused:
		return &question.Refused{Err: errors.New(p.Detail)}
	case listMoved:
		return question.ErrMoved
	case notFound:
		return &said{p.Detail, graph.ErrNotFound}
	}
	return fmt.Errorf("%s: %s: %s", c.Server.Host, p.Title, p.Detail)
}
