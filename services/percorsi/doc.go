// Command percorsi is the program: `percorsi up` runs the services in one
// process, the other commands are clients of a running one.
package main
