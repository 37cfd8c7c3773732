package readmodeltest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

func (s *suite) quarantine() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"nothing is in quarantine at first":                       s.nothingStopped,
		"a case that stops stays as it was":                       s.stoppedCase,
		"a case of which nothing can be read says so":             s.stoppedAtOnce,
		"the others go on":                                        s.othersGoOn,
		"what cannot be folded stops its stream":                  s.reasons,
		"who watches a case that stops is told":                   s.watchStopped,
		"the list of what stopped has pages":                      s.stoppedPages,
		"a person who stops stays as she was":                     s.stoppedPerson,
		"a commit of a stopped case that comes twice counts once": s.stoppedTwice,
	}
}

func (s *suite) nothingStopped(t *testing.T) {
	b, m := s.district(), s.model(t)
	b.tell(t, m)
	page, err := m.Quarantined(t.Context(), readmodel.Page{})
	if err != nil || len(page.Rows) != 0 || page.Total != 0 || page.Position != b.last() {
		t.Errorf("%+v, %v", page, err)
	}
	if _, stopped, err := m.QuarantineOf(t.Context(), stream(b.opened[0])); stopped || err != nil {
		t.Errorf("stopped = %v, %v", stopped, err)
	}
}

// poison writes bytes into a stream that no version can read.
func poison(b *book, s eventlog.Stream) casework.Position { return b.raw(s, []byte{0xff, 0xff}) }

// encoded appends a commit without folding it.
func encoded(t *testing.T, b *book, c *eventv1.Commit) {
	t.Helper()
	data, err := fact.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	b.raw(eventlog.Stream(c.GetStream()), data)
}

func (s *suite) stoppedCase(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, _ := two(t, b)
	want := b.states[one]
	at := poison(b, stream(one))
	encoded(t, b, commit(t, stream(one), "2025-02-02", &eventv1.TakenInCharge{}))
	encoded(t, b, commit(t, stream(one), "2025-02-03", &eventv1.Suspended{}))
	b.tell(t, m)

	got, err := m.Case(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "case", want, got)
	q, stopped, err := m.QuarantineOf(t.Context(), stream(one))
	if err != nil || !stopped {
		t.Fatalf("stopped = %v, %v", stopped, err)
	}
	if q.Stream != stream(one) || q.At != at || q.Waiting != 2 || q.Reason == "" || !q.Since.Equal(b.records[at-1].StoredAt) {
		t.Errorf("%+v", q)
	}
	page, err := m.Quarantined(t.Context(), readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "list of what stopped", []readmodel.Quarantine{q}, page.Rows)
	equalRows(t, "list of cases", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 10))
}

func (s *suite) stoppedAtOnce(t *testing.T) {
	b, m, id := newBook(), s.model(t), uuid.New()
	at := poison(b, stream(id))
	b.tell(t, m)
	_, err := m.Case(t.Context(), id)
	kind(t, "a case of which nothing can be read", err, fault.Unavailable)
	if !strings.Contains(err.Error(), "position 1") || at != 1 {
		t.Errorf("it does not name the position: %v", err)
	}
	if got := rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 10); len(got) != 0 {
		t.Errorf("it is listed: %v", got)
	}
}

func (s *suite) othersGoOn(t *testing.T) {
	whole, m := s.district(), s.model(t)
	goesOn := func(id casework.CaseID) bool { return len(whole.states[id].Commands) > 1 }
	b, bad := newBook(), whole.opened[slices.IndexFunc(whole.opened, goesOn)]
	for _, r := range whole.records {
		c := readmodel.Decode(r).Commit
		switch known := b.states[bad]; {
		case r.Stream != stream(bad) || known == nil:
			b.write(t, c)
		case len(known.Commands) == 1 && at(t, m) < b.last():
			b.tell(t, m)
			poison(b, stream(bad))
			encoded(t, b, c)
		default:
			encoded(t, b, c)
		}
	}
	b.tell(t, m)
	equalRows(t, "cases", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 10))
	equalItems(t, s.agenda(b, everyOne), items(t, m, readmodel.Everything(), readmodel.ClockFilter{}, 10))
	page, err := m.Quarantined(t.Context(), readmodel.Page{})
	if err != nil || page.Total != 1 || page.Position != b.last() {
		t.Errorf("%+v, %v", page, err)
	}
}

func (s *suite) reasons(t *testing.T) {
	elsewhere := signal(t, uuid.NewString())
	data, err := fact.Encode(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	misnamed := signal(t, uuid.NewString())
	misnamed.Stream = string(stream(id))
	loud := signal(t, uuid.NewString())
	loud.Stream = strings.ToUpper(string(stream(id)))
	for name, write := range map[string]func(b *book) eventlog.Stream{
		"bytes that are no commit": func(b *book) eventlog.Stream { poison(b, stream(id)); return stream(id) },
		"a commit of another stream": func(b *book) eventlog.Stream {
			b.raw(stream(id), data)
			return stream(id)
		},
		"a case that does not begin with its opening": func(b *book) eventlog.Stream {
			encoded(t, b, commit(t, stream(id), "2025-02-01", &eventv1.TakenInCharge{}))
			return stream(id)
		},
		"a case under the name of another": func(b *book) eventlog.Stream {
			encoded(t, b, misnamed)
			return stream(id)
		},
		"a case that has no id": func(b *book) eventlog.Stream {
			encoded(t, b, commit(t, "case.x", "2025-02-01", &eventv1.TakenInCharge{}))
			return "case.x"
		},
		"a case whose id is written in another way": func(b *book) eventlog.Stream {
			other := readmodel.CaseStream + "." + strings.ToUpper(uuid.NewString())
			c := signal(t, uuid.NewString())
			c.CommandId, c.Stream = strings.ToLower(strings.TrimPrefix(other, "case.")), other
			encoded(t, b, c)
			return eventlog.Stream(other)
		},
		"a kind of stream that is not known": func(b *book) eventlog.Stream {
			encoded(t, b, loud)
			return eventlog.Stream(loud.GetStream())
		},
		"a fact of a case in the stream of a person": func(b *book) eventlog.Stream {
			encoded(t, b, commit(t, personStream(id.String()), "2025-02-01", &eventv1.TakenInCharge{}))
			return personStream(id.String())
		},
		"a plan under the name of another": func(b *book) eventlog.Stream {
			c := published(t, planID, 1, everyCase)
			c.Stream = string(planStream("OTHER"))
			encoded(t, b, c)
			return planStream("OTHER")
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, m := newBook(), s.model(t)
			stopped := write(b)
			b.write(t, signal(t, uuid.NewString()))
			b.tell(t, m)
			q, ok, err := m.QuarantineOf(t.Context(), stopped)
			if err != nil || !ok || q.At != 1 || q.Reason == "" {
				t.Errorf("%+v, %v, %v", q, ok, err)
			}
			equalRows(t, "what goes on", b.newestFirst(always), rows(t, m, readmodel.Everything(), readmodel.CaseFilter{}, 10))
		})
	}
}

func (s *suite) watchStopped(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, _ := two(t, b)
	b.tell(t, m)
	told := changed(t.Context(), m, one)
	poison(b, stream(one))
	b.tell(t, m)
	got, _ := (<-told).(error)
	kind(t, "who watches", got, fault.Unavailable)
	_, err := m.Changed(t.Context(), one, 1)
	kind(t, "who begins to watch", err, fault.Unavailable)
	if c, err := m.Changed(t.Context(), one, 0); err != nil || c.Last != 1 {
		t.Errorf("who has not seen what there is: %v, %v", c, err)
	}
}

func (s *suite) stoppedPages(t *testing.T) {
	b, m := newBook(), s.model(t)
	var want, got []eventlog.Stream
	for range 7 {
		want = append(want, stream(uuid.New()))
		poison(b, want[len(want)-1])
	}
	b.tell(t, m)
	for p := (readmodel.Page{Size: 3, CountTo: 2}); ; { // which it does not count to
		page, err := m.Quarantined(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != 7 || len(page.Rows) > 3 {
			t.Errorf("%d rows of %d", len(page.Rows), page.Total)
		}
		for _, q := range page.Rows {
			got = append(got, q.Stream)
		}
		if p.Token = page.Next; p.Token == "" {
			break
		}
	}
	equal(t, "what stopped", want, got)
}

func (s *suite) stoppedPerson(t *testing.T) {
	b, m, id := newBook(), s.model(t), uuid.NewString()
	b.write(t, register(t, id, "A", nil, "ROSSI"))
	poison(b, personStream(id))
	encoded(t, b, commit(t, personStream(id), "2025-02-10", &eventv1.PersonDetailsChanged{SearchKeys: keys("VERDI")}))
	b.tell(t, m)
	if r, err := m.Person(t.Context(), id); err != nil || r.Last != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	other := uuid.NewString()
	poison(b, personStream(other))
	b.tell(t, m)
	_, err := m.Person(t.Context(), other)
	kind(t, "a person of whom nothing can be read", err, fault.Unavailable)
}

func (s *suite) stoppedTwice(t *testing.T) {
	b, m := newBook(), s.model(t)
	one, _ := two(t, b)
	poison(b, stream(one))
	encoded(t, b, commit(t, stream(one), "2025-02-02", &eventv1.TakenInCharge{}))
	b.tell(t, m)
	if err := m.Apply(t.Context(), b.deliveries(1, b.last())); err != nil {
		t.Fatal(err)
	}
	q, _, err := m.QuarantineOf(t.Context(), stream(one))
	if err != nil || q.Waiting != 1 {
		t.Errorf("%d commits wait, want 1 (%v)", q.Waiting, err)
	}
}
