package jetstream_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/eventlogtest"
	"percorsi/internal/eventlog/jetstream"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/platform/embednats"
)

// The log in memory stands in for the one in JetStream in many tests, so both
// must answer the same to anything.
func TestBothLogsAnswerTheSame(t *testing.T) {
	conn := open(t, embednats.Config{Dir: t.TempDir(), Unsynced: true}).api(t).Conn()
	logs := 0
	rapid.Check(t, func(r *rapid.T) {
		logs++
		jet, err := jetstream.Open(t.Context(), jetstream.Config{Conn: conn, Name: fmt.Sprintf("L%d", logs), Prefix: fmt.Sprintf("pz.l%d", logs)})
		if err != nil {
			r.Fatal(err)
		}
		model := memlog.New(time.Now)
		position := rapid.Custom(func(r *rapid.T) eventlog.Position {
			return eventlog.Position(rapid.Uint64Range(0, 12).Draw(r, "position"))
		})
		stream := rapid.SampledFrom([]eventlog.Stream{"case.1", "case.2", "case.1.a", "person.1"})
		same := func(what string, ask func(l eventlogtest.Log) string) {
			if d := cmp.Diff(ask(model), ask(jet)); d != "" {
				r.Fatalf("%s (-in memory +in JetStream):\n%s", what, d)
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"append": func(r *rapid.T) {
				e := eventlog.Entry{
					Stream: stream.Draw(r, "stream"),
					Header: rapid.MapOfN(rapid.StringMatching(`[A-Za-z][a-z_]{0,5}`), rapid.StringMatching(`([!-~]([ -~]{0,5}[!-~])?)?`), 0, 3).Draw(r, "header"),
					Data:   rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(r, "data"),
				}
				e.Expect = eventlog.ExpectLast(position.Draw(r, "expected"))
				if rapid.Bool().Draw(r, "right") {
					last, err := model.LastOf(t.Context(), e.Stream)
					if err != nil {
						r.Fatal(err)
					}
					e.Expect = eventlog.ExpectLast(last)
				}
				same("append", func(l eventlogtest.Log) string { return answer(l.Append(t.Context(), e)) })
			},
			"read": func(r *rapid.T) {
				after, upTo := position.Draw(r, "after"), position.Draw(r, "up to")
				same("read", func(l eventlogtest.Log) string { return answers(l.Read(t.Context(), after, upTo)) })
			},
			"at": func(r *rapid.T) {
				p := position.Draw(r, "position")
				same("at", func(l eventlogtest.Log) string {
					record, err := l.At(t.Context(), p)
					return answer(plain(record), err)
				})
			},
			"last": func(r *rapid.T) {
				s := stream.Draw(r, "stream")
				same("last", func(l eventlogtest.Log) string { return answer(l.Last(t.Context())) })
				same("last of", func(l eventlogtest.Log) string { return answer(l.LastOf(t.Context(), s)) })
			},
		})
	})
}

// answer spells out an answer, so that two can be compared.
func answer(v any, err error) string { return fmt.Sprint(v, " ", err) }

func answers(seq iter.Seq2[eventlog.Record, error]) string {
	all := ""
	for r, err := range seq {
		all += answer(plain(r), err) + "\n"
	}
	return all
}

// plain leaves out the time, which is each log's own.
func plain(r eventlog.Record) string {
	return fmt.Sprintf("%d %s %q %q", r.Position, r.Stream, r.Header, r.Data)
}
