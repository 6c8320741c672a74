package api

import (
	"reflect"
	"strconv"
	"strings"

	"faultline/web/question"
)

// describe makes the OpenAPI 3.1 document of all routes.
func describe(version string) object {
	s := newShapes()
	paths := object{}
	at := func(path string) object {
		p, ok := paths[Root+path].(object)
		if !ok {
			p = object{}
			paths[Root+path] = p
		}
		return p
	}
	for _, q := range question.All() {
		at(q.Path)["get"] = s.asked(&q)
	}
	for _, x := range writes() {
		at(x.path)["post"] = s.written(x)
	}
	at("problems")["get"] = object{
		"operationId": "problems", "summary": "The kinds of problems", "tags": []string{"about"},
		"responses": object{"200": answerOf("All kinds.", "application/json", s.of(reflect.TypeFor[[]problemKind]())), "default": problemAnswer()},
	}
	at("openapi.json")["get"] = object{
		"operationId": "openapi", "summary": "This document", "tags": []string{"about"},
		"responses": object{"200": answerOf("This document.", "application/json", object{"type": "object"}), "default": problemAnswer()},
	}
	s.name(reflect.TypeFor[problem]())
	schemas := object{}
	for name, shape := range s.named {
		schemas[name] = shape
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "faultline", "version": version,
			"description": "Who did what to whom, who says so, and where relations crack. The documents are those that the command line prints with --json.",
		},
		"servers": []any{object{"url": "/"}},
		"tags": []any{
			object{"name": "questions", "description": "What the graph can be asked"},
			object{"name": "writing", "description": "Loading and taking back, with the token"},
			object{"name": "about", "description": "The API itself"},
		},
		"paths": paths,
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
		},
	}
}

func answerOf(text, media string, shape object) object {
	return object{"description": text, "content": object{media: object{"schema": shape}}}
}

func problemAnswer() object {
	return answerOf("A problem, as RFC 9457 has it.", "application/problem+json", object{"$ref": "#/components/schemas/Problem"})
}

// asked describes a question.
func (s *shapes) asked(q *question.Question) object {
	params := []any{}
	for _, p := range q.Params {
		params = append(params, parameter(p))
	}
	params = append(params, object{
		"name": "If-None-Match", "in": "header", "description": "The ETag of an answer that is there already.", "schema": object{"type": "string"},
	})
	ok := answerOf(q.Title+".", "application/json", s.of(q.Answer))
	headers := object{
		"ETag": object{"description": "Changes when the graph does.", "schema": object{"type": "string"}},
		"Link": object{"description": "Links as RFC 8288 has them; rel=\"next\" leads on in a list.", "schema": object{"type": "string"}},
	}
	ok["headers"] = headers
	return object{
		"operationId": operation(q.Name), "summary": q.Title, "description": strings.TrimSpace(q.About + " " + q.When), "tags": []string{"questions"},
		"parameters": params,
		"security":   []any{object{}, object{"token": []string{}}},
		"responses": object{
			"200": ok, "304": object{"description": "The answer is as it was."}, "default": problemAnswer(),
		},
	}
}

// operation is the name of a question in camel case.
func operation(name string) string {
	first, rest, ok := strings.Cut(name, "-")
	if !ok {
		return name
	}
	return first + strings.ToUpper(rest[:1]) + rest[1:]
}

func parameter(p question.Param) object {
	shape := ParamShape(p)
	o := object{"name": p.Name, "in": "query", "description": p.About, "schema": shape}
	if p.Required {
		o["required"] = true
	}
	if p.InPath {
		o["in"] = "path"
	} else if p.Kind == question.Text || p.Kind == question.Span {
		o["allowReserved"] = true // ids and addresses need no escaping
	}
	if p.Many {
		o["style"], o["explode"] = "form", true
	}
	return o
}

// ParamShape is the JSON Schema of a parameter's value.
func ParamShape(p question.Param) map[string]any {
	shape := object{"type": "string", "maxLength": question.MaxText}
	switch p.Kind {
	case question.Day:
		shape = object{"type": "string", "format": "date"}
	case question.Number:
		shape = object{"type": "integer", "minimum": int(p.Least), "maximum": int(p.Most)}
	case question.Decimal:
		shape = object{"type": "number", "minimum": p.Least, "maximum": p.Most}
	case question.Flag:
		shape = object{"type": "boolean"}
	}
	if len(p.Choices) > 0 {
		shape = object{"type": "string", "enum": p.Choices}
	}
	if p.Default != "" {
		shape["default"] = p.Default
		if n, err := strconv.Atoi(p.Default); err == nil && p.Kind == question.Number {
			shape["default"] = n
		}
	}
	if p.Many {
		return object{"type": "array", "items": shape, "maxItems": question.MaxValues}
	}
	return shape
}

// written describes a route that writes.
func (s *shapes) written(x write) object {
	done := answerOf("What it did.", "application/json", s.of(x.gives))
	answers := object{"200": done, "default": problemAnswer()}
	if x.created {
		created := answerOf("What it did.", "application/json", s.of(x.gives))
		created["headers"] = object{"Location": object{"description": "Of the load.", "schema": object{"type": "string"}}}
		answers["201"] = created
	}
	return object{
		"operationId": x.name, "summary": x.title, "description": x.about, "tags": []string{"writing"},
		"security": []any{object{"token": []string{}}},
		"requestBody": object{
			"required": true, "content": object{"application/json": object{"schema": s.of(x.takes)}},
		},
		"responses": answers,
	}
}
