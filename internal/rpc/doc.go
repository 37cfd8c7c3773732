// Package rpc owns the edge of every gRPC service: what happens to a call
// before a service sees it and to its error afterwards.
//
// A call passes, from the outside in, the access log (log.go), the table from
// faults to codes (status.go), the recovery from panics (recover.go), the end of
// watches when the server stops (endless.go), a deadline where the caller stated
// none (deadline.go), authentication and the table of roles (admit.go), and the
// shape of the request (validate.go, unknown.go). A service below it reads the
// caller with access.CallerFrom and answers with errors of package fault; it
// knows no gRPC code.
package rpc
