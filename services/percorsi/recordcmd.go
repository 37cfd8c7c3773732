package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"percorsi/internal/access"
	"percorsi/internal/client"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// recording is what the command line says about one fact to be recorded.
type recording struct {
	as      actor
	command casefilev1.Command
	fields  string
	choice  string
	seen    uint64
	reason  string
}

func newRecord(g *globals) *cobra.Command {
	r := &recording{}
	cmd := &cobra.Command{
		Use:   "record CASE FACT",
		Short: "Record one fact in a case, or answer a clash over it; CASE is new for a fact that opens one",
		Long: `Record one fact of any kind in a case. FACT is the kind as case history names
it, such as needs_recorded; --fields has its fields as JSON, or @FILE. CASE is
"new" for signalled and applied.

A change of a part states the revision of the part that you have seen (see case
show). Where a colleague changed it since, both versions are shown; send yours
again with --choice keep-mine, keep-theirs or merged, and say why.`,
		Example: `  percorsi record CASE contact_attempted --day 2025-03-31 --fields '{"channel": "CHANNEL_PHONE", "reached": true}'
  percorsi record CASE needs_recorded --day 2025-03-31 --revision 17 --fields '{"needs": ["NEED_HOUSING"]}'
  percorsi record CASE needs_recorded --day 2025-03-31 --seen 17 --revision 21 --choice merged --reason "sentita la famiglia" \
      --fields '{"needs": ["NEED_HOUSING", "NEED_HEALTH"]}'`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := r.as.who()
			if err != nil {
				return err
			}
			path, request, err := r.request(args[0], args[1])
			if err != nil {
				return err
			}
			conn, err := g.dialAs(caller)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			var answer casefilev1.Recorded
			if err := conn.Invoke(cmd.Context(), path, request, &answer); err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), &answer)
			}
			return printRecorded(cmd.OutOrStdout(), &answer)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.command.OccurredOn, "day", "", "day on which it was true, such as 2025-03-31")
	flags.Uint64Var(&r.command.Revision, "revision", 0, "revision of the part as you have seen it; 0 for one that is not there yet")
	flags.StringVar(&r.command.CommandId, "id", "", "id of the command, a UUID (default a new one); the same id again changes nothing")
	flags.StringVar(&r.fields, "fields", "{}", "fields of the fact as JSON, or @FILE")
	flags.StringVar(&r.choice, "choice", "", "answer to a clash: keep-mine, keep-theirs or merged")
	flags.Uint64Var(&r.seen, "seen", 0, "with --choice: the revision you had seen at first")
	flags.StringVar(&r.reason, "reason", "", "with --choice: why, for the colleague")
	r.as.flags(flags, access.CaseManager)
	return cmd
}

// request makes the call that records the fact.
func (r *recording) request(file, kind string) (path string, request proto.Message, err error) {
	content, err := contentOf(kind)
	if err != nil {
		return "", nil, err
	}
	if err := readContent(r.fields, content); err != nil {
		return "", nil, err
	}
	if file != "new" {
		r.command.CaseId = file
	}
	if r.command.GetCommandId() == "" {
		r.command.CommandId = uuid.NewString()
	}
	if r.command.Choice, err = r.chosen(); err != nil {
		return "", nil, err
	}
	calls, err := client.ReadRecordings()
	if err != nil {
		return "", nil, err
	}
	if path, request, err = calls.Ask(&r.command, content); err != nil {
		return "", nil, usagef("%s is not recorded by itself: %w", kind, err)
	}
	return path, request, nil
}

// contentOf makes an empty fact of a kind.
func contentOf(kind string) (proto.Message, error) {
	field := (*eventv1.Fact)(nil).ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(kind))
	if field == nil || field.Message() == nil {
		return nil, usagef("%s is no kind of fact: give one as case history names it, such as needs_recorded", kind)
	}
	message, err := protoregistry.GlobalTypes.FindMessageByName(field.Message().FullName())
	if err != nil {
		return nil, err
	}
	return message.New().Interface(), nil
}

// readContent reads the fields of a fact.
func readContent(data string, into proto.Message) error {
	text := []byte(data)
	if name, ok := strings.CutPrefix(data, "@"); ok {
		var err error
		if text, err = os.ReadFile(name); err != nil {
			return fmt.Errorf("read the fields: %w", err)
		}
	}
	if err := protojson.Unmarshal(text, into); err != nil {
		return usagef("--fields is not the JSON of a %s: %w", into.ProtoReflect().Descriptor().Name(), err)
	}
	return nil
}

// chosen gives the answer to a clash; nil for none.
func (r *recording) chosen() (*casefilev1.ClashChoice, error) {
	if r.choice == "" {
		if r.seen != 0 || r.reason != "" {
			return nil, usagef("--seen and --reason belong to --choice: give keep-mine, keep-theirs or merged")
		}
		return nil, nil
	}
	kind, ok := readTerm[eventv1.ChoiceKind](r.choice)
	if !ok {
		return nil, usagef("--choice %s: give keep-mine, keep-theirs or merged", r.choice)
	}
	return &casefilev1.ClashChoice{
		Kind: kind, SeenRevision: r.seen,
		Reason: &eventv1.Text{Form: &eventv1.Text_Plain{Plain: r.reason}},
	}, nil
}

func printRecorded(w io.Writer, r *casefilev1.Recorded) error {
	t := newTable(w)
	t.row("case", r.GetCaseId())
	t.row("id", r.GetId())
	t.row("position", r.GetPosition())
	t.row("part", fmt.Sprintf("%s at revision %d", r.GetPart(), r.GetRevision()))
	return t.flush()
}
