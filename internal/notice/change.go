package notice

import (
	"fmt"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// clashSettled tells whose version did not stay as it was. Who kept theirs
// changed nothing.
func (m *maker) clashSettled(day string, f *eventv1.ClashSettled) error {
	n := &noticev1.Notice{About: f.GetPart(), Day: day, Fact: f.GetFact()}
	switch f.GetChoice() {
	case eventv1.ChoiceKind_CHOICE_KIND_KEEP_MINE:
		n.Kind = noticev1.NoticeKind_NOTICE_KIND_CHANGE_REPLACED
	case eventv1.ChoiceKind_CHOICE_KIND_MERGED:
		n.Kind = noticev1.NoticeKind_NOTICE_KIND_CHANGE_MERGED
	default:
		return nil
	}
	theirs, err := m.Earlier(casework.Position(f.GetTheirs()))
	if err != nil {
		return err
	}
	m.tell(told{users: []string{theirs.GetActor().GetUser()}}, n)
	return nil
}

// corrected tells who recorded a fact, or a correction, that another one
// corrects.
func (m *maker) corrected(kind noticev1.NoticeKind, f *eventv1.Fact) error {
	ref, _ := correction.Target(f)
	answered, ok := m.Before.Answer(ref.Command)
	if !ok {
		return nil
	}
	recorded, err := m.Earlier(answered.Position)
	if err != nil {
		return err
	}
	n := &noticev1.Notice{Kind: kind, About: fmt.Sprintf("%s.%d", ref.Command, ref.Index), Day: f.GetOccurredOn()}
	if facts := recorded.GetFacts(); ref.Index >= 0 && ref.Index < len(facts) {
		n.Fact = fact.Name(facts[ref.Index])
	}
	m.tell(told{users: []string{recorded.GetActor().GetUser()}}, n)
	return nil
}
