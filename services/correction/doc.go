// Package correction serves the API of corrections: it translates each call into
// one command, has it recorded, and answers.
package correction
