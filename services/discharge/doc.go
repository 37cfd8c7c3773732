// Package discharge serves the API of dimissioni protette, at home and for people without one:
// it translates each call into one command, has it recorded, and answers.
package discharge
