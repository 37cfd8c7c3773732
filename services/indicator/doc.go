// Package indicator serves the API of the plan: it publishes versions of it,
// records activities and supplied figures, and answers with the figures and
// with the units behind each.
package indicator
