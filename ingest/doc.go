// Package ingest is the way from a source to a store: it reads reports, codes
// them, resolves what was coded to nodes, and writes these in batches, one
// Load for each run.
//
// A report passes through the packages below in this order: source opens
// paths and finds the format (jsonl, page, icews), report is what a format
// yields; rules codes its text with nlp, gazetteer, when and place; coding is
// what a coder gives; resolve makes nodes of it. Coded data sets skip the
// coder. Load ties them together.
package ingest
