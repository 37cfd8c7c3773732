// Package project serves the API of personalised projects, their supports and evaluations, and the paths of SELF:
// it translates each call into one command, has it recorded, and answers.
package project
