package access

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "percorsi/internal/gen/percorsi/assessment/v1"
	_ "percorsi/internal/gen/percorsi/casefile/v1"
	_ "percorsi/internal/gen/percorsi/correction/v1"
	_ "percorsi/internal/gen/percorsi/discharge/v1"
	_ "percorsi/internal/gen/percorsi/eventlog/v1"
	_ "percorsi/internal/gen/percorsi/indicator/v1"
	_ "percorsi/internal/gen/percorsi/intake/v1"
	_ "percorsi/internal/gen/percorsi/notice/v1"
	_ "percorsi/internal/gen/percorsi/person/v1"
	_ "percorsi/internal/gen/percorsi/project/v1"
	_ "percorsi/internal/gen/percorsi/projection/v1"
)

func TestEveryMethodHasARowAndEveryRowAMethod(t *testing.T) {
	var rows []string
	for service, methods := range table {
		for method, allowed := range methods {
			rows = append(rows, "/"+service+"/"+method)
			if allowed == 0 {
				t.Errorf("%s is open to nobody: give it a role or take the row out", method)
			}
		}
	}
	slices.Sort(rows)
	there := methodsOfTheAPI(t)
	slices.Sort(there)
	if diff := cmp.Diff(there, rows); diff != "" {
		t.Errorf("methods of the API (-) and rows of the table (+) differ:\n%s", diff)
	}
}

// Who approves anything approves everything, so that one question tells both.
func TestWhatWaitsForAnApprovalIsApprovedByTheSameRoles(t *testing.T) {
	n := 0
	for _, methods := range table {
		for method, allowed := range methods {
			if !strings.HasPrefix(method, "Approve") {
				continue
			}
			n++
			for _, role := range Roles() {
				may := MayApprove(Caller{User: "op-001", Role: role, Body: "ACSI"}) == nil
				if got := allowed&role.set() != 0; got != may {
					t.Errorf("%s calls %s: %v, and approves: %v", role, method, got, may)
				}
			}
		}
	}
	if n != 3 {
		t.Errorf("%d kinds of things are approved, want 3", n)
	}
}

// A change of who may do what shows as a change of the matrix.
func TestTheTableIsTheOneThatWasReviewed(t *testing.T) {
	const golden = "testdata/roles.txt"
	got := matrix(t)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the table changed; if that is meant, run with UPDATE_GOLDEN=1:\n%s", diff)
	}
}

// matrix prints who may call what, one RPC a line, in the order of the API.
func matrix(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	line := func(name string, cell func(Role) string) {
		fmt.Fprintf(&b, "%-28s", name)
		for _, r := range Roles() {
			fmt.Fprintf(&b, "  %-*s", len(r), cell(r))
		}
		b.WriteString("\n")
	}
	line("", func(r Role) string { return string(r) })
	service := ""
	for _, full := range methodsOfTheAPI(t) {
		of, method := splitMethod(full)
		if of != service {
			fmt.Fprintf(&b, "\n%s\n", of)
			service = of
		}
		line(method, func(r Role) string {
			if MayCall(Caller{Role: r}, full) == nil {
				return "yes"
			}
			return "-"
		})
	}
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// methodsOfTheAPI gives every method of every percorsi service, services by
// name and methods as the proto file has them.
func methodsOfTheAPI(t *testing.T) []string {
	t.Helper()
	byService := map[string][]string{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "percorsi.") {
			return true
		}
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				name := string(service.FullName())
				byService[name] = append(byService[name], fmt.Sprintf("/%s/%s", name, service.Methods().Get(j).Name()))
			}
		}
		return true
	})
	var all []string
	for _, service := range slices.Sorted(maps.Keys(byService)) {
		all = append(all, byService[service]...)
	}
	if len(all) == 0 {
		t.Fatal("no percorsi service is linked")
	}
	return all
}
