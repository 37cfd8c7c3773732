package main

import (
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"percorsi/internal/access"
)

// actor is who the command line speaks for, where no token says it.
type actor struct {
	caller access.Caller
	role   string
}

// flags lets an operator say who it is; role is the one of who says nothing.
func (a *actor) flags(flags *pflag.FlagSet, role access.Role) {
	flags.StringVar(&a.role, "as", string(role), "role, where no token says it")
	flags.StringVar(&a.caller.User, "user", operator, "user, where no token says it")
	flags.StringVar(&a.caller.Body, "body", operatorBody, "body, where no token says it")
}

// who gives the caller, or what is wrong with the flags.
func (a *actor) who() (access.Caller, error) {
	a.caller.Role = access.Role(a.role)
	if err := a.caller.Check(); err != nil {
		return access.Caller{}, usagef("--as %s: %w", a.role, err)
	}
	return a.caller, nil
}

// dialActor connects to the server as who the flags say.
func (g *globals) dialActor(a *actor) (*grpc.ClientConn, error) {
	caller, err := a.who()
	if err != nil {
		return nil, err
	}
	return g.dialAs(caller)
}
