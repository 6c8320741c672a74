// Package picture draws the history of a relation for a report: cooperation
// and conflict over time with the phases found in them, and below the strain
// with its alarms and turns. Everything can be told apart in grey.
package picture
