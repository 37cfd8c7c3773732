package server

import (
	"fmt"
	"slices"
	"strings"
)

// Service names a part of the program that a process may do or leave to
// another process.
type Service string

// The services.
const (
	Intake     Service = "intake"
	Assessment Service = "assessment"
	Project    Service = "project"
	Discharge  Service = "discharge"
	Correction Service = "correction"
	CaseFile   Service = "casefile"
	Person     Service = "person"
	Indicator  Service = "indicator"
	EventLog   Service = "eventlog"
	// Projector folds the log into a read model that processes share, and
	// serves what is asked about that. A read model in memory is folded by
	// every process for itself, whatever it serves.
	Projector Service = "projector"
	// Notifier gives notices of what is recorded, and serves them.
	Notifier Service = "notifier"
)

// Services gives all services, in the order in which a reader meets them.
func Services() []Service {
	return []Service{Intake, Assessment, Project, Discharge, Correction, CaseFile, Person, Indicator, EventLog, Projector, Notifier}
}

// ParseServices reads a list such as "intake,person".
func ParseServices(list string) ([]Service, error) {
	var out []Service
	for name := range strings.SplitSeq(list, ",") {
		out = append(out, Service(strings.TrimSpace(name)))
	}
	return out, checkServices(out)
}

func checkServices(list []Service) error {
	for _, s := range list {
		if !slices.Contains(Services(), s) {
			return fmt.Errorf("there is no service %q: choose among %s", s, JoinServices(Services()))
		}
	}
	return nil
}

// JoinServices writes a list as ParseServices reads it.
func JoinServices(list []Service) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
