package server_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"percorsi/internal/access"
	"percorsi/services/percorsi/server/servertest"
)

// goneWithin is how long somebody whose connection or whose server is lost may
// be shown: 5 seconds until a silent line is asked, 5 until it is given up; 6
// and a beat of 2 for a server; and as much again on a machine that is busy.
const goneWithin = 20 * time.Second

func TestWhoLosesTheConnectionIsNotShownForLong(t *testing.T) {
	o := openOffice(t)
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Perduti")))
	o.get(t, o.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "")
	a.sees("op.1")
	member := access.Caller{User: "op.2", Role: access.TeamMember, Body: body}
	for _, tt := range []struct {
		name   string
		lose   func(*servertest.Wire)
		within time.Duration
	}{
		{"cut off", (*servertest.Wire).Cut, goneWithin / 3},
		{"silent", (*servertest.Wire).Silence, goneWithin},
	} {
		wire := servertest.NewWire(t, o.Addr())
		conn := servertest.Connect(t, wire.Addr(), o.Issuer(), member)
		attend(t, conn, j.Case, uuid.NewString(), "needs")
		a.sees("op.1 op.2:needs")
		tt.lose(wire)
		took := a.sees("op.1")
		if t.Logf("%s: gone after %s", tt.name, took.Round(time.Millisecond)); took > tt.within {
			t.Errorf("%s: shown for %s", tt.name, took)
		}
	}
}

func TestWhoseServerIsKilledIsNotShownForLong(t *testing.T) {
	g := servertest.NewGroup(t)
	o := officeOn(g.Start())
	j := o.open(t, toSELF(servertest.Register(t, o.manager, "Spenti")))
	o.get(t, o.manager, j.Case)
	a := attend(t, o.manager, j.Case, uuid.NewString(), "")
	a.sees("op.1")
	p := g.StartProcess()
	conn := servertest.Connect(t, p.Addr(), g.Issuer(), access.Caller{User: "op.2", Role: access.TeamMember, Body: body})
	attend(t, conn, j.Case, uuid.NewString(), "needs").sees("op.1 op.2:needs")
	a.sees("op.1 op.2:needs")
	p.Kill()
	took := a.sees("op.1")
	if t.Logf("gone after %s", took.Round(time.Millisecond)); took > goneWithin {
		t.Errorf("shown for %s", took)
	}
}
