// Package assessment serves the API of assessments, the team and its meetings:
// it translates each call into one command, has it recorded, and answers.
package assessment
