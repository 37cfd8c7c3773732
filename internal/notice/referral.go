package notice

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// asked gives who is asked to do something: the colleague who is named, or else
// the staff of the body.
func asked(user, body string) told {
	if user != "" {
		return told{users: []string{user}}
	}
	return told{bodies: []string{body}}
}

func (m *maker) referred(day string, f *eventv1.Referred) {
	m.tell(asked(f.GetToUser(), f.GetToBody()), &noticev1.Notice{
		Kind: noticev1.NoticeKind_NOTICE_KIND_REFERRAL_SENT, About: f.GetReferralId(), Day: day,
	})
}

// referralAnswered tells who asked, or, where it was taken back, who was asked.
func (m *maker) referralAnswered(day string, f *eventv1.ReferralAnswered) error {
	r := m.After.Referral(f.GetReferralId())
	if r == nil {
		return nil
	}
	n := &noticev1.Notice{About: r.ID, Day: day}
	switch f.GetAnswer() {
	case eventv1.AnswerKind_ANSWER_KIND_REVOKED:
		n.Kind = noticev1.NoticeKind_NOTICE_KIND_REFERRAL_REVOKED
		m.tell(asked(r.ToUser, r.ToBody), n)
		return nil
	case eventv1.AnswerKind_ANSWER_KIND_ACCEPTED:
		n.Kind = noticev1.NoticeKind_NOTICE_KIND_REFERRAL_ACCEPTED
	default:
		n.Kind = noticev1.NoticeKind_NOTICE_KIND_REFERRAL_REFUSED
	}
	sender, err := m.sender(r.ID)
	if err != nil {
		return err
	}
	to := told{users: []string{sender.GetUser(), m.Before.CaseManager}}
	if r.ToUser == "" { // between two colleagues it is no matter of the body
		to.bodies = []string{sender.GetBody()}
	}
	m.tell(to, n)
	return nil
}

var kindReferred = casework.KindOf(&eventv1.Fact{Fact: &eventv1.Fact_Referred{}})

// sender gives who sent a referral.
func (m *maker) sender(referral string) (*eventv1.Actor, error) {
	i := slices.IndexFunc(m.Before.Timeline, func(one casework.Moment) bool {
		return one.Kind == kindReferred && one.About == referral
	})
	if i < 0 {
		return nil, nil
	}
	c, err := m.Earlier(m.Before.Timeline[i].Position)
	return c.GetActor(), err
}
