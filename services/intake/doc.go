// Package intake serves the API of from the signal to the closure of a case:
// it translates each call into one command, has it recorded, and answers.
package intake
