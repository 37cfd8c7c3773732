package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Signature says that somebody signed a version of a project, or refused to.
type Signature struct {
	Signer eventv1.Signer
	On     Day
	// Mode is not given for a refusal.
	Mode eventv1.SignatureMode
	// Person is the pseudonym of the member of the household who signed as
	// beneficiary, and User that of the operator who did as anybody else; both
	// are empty where it is not known.
	Person, User string
	Refused      bool
	// Reason of a refusal; not given where it is not known.
	Reason eventv1.RefusedSignature
}

func projectSigned(f *eventv1.ProjectSigned) rule {
	return signature(f.GetProjectId(), &Signature{
		Signer: f.GetSigner(), Mode: f.GetMode(), Person: f.GetPersonId(), User: f.GetUser(),
	})
}

func signatureRefused(f *eventv1.SignatureRefused) rule {
	return signature(f.GetProjectId(), &Signature{
		Signer: f.GetSigner(), Person: f.GetPersonId(), User: f.GetUser(), Refused: true, Reason: f.GetReason(),
	})
}

// signature is the rule of a signature, or of a refusal to give it.
func signature(project string, s *Signature) rule {
	return rule{
		part: partOf("project", project, "signatures"), about: project, adds: true,
		check: func(c *Case, w when) error {
			if err := first(c.mayBe(s), openProject(c, w, project)); err != nil {
				return err
			}
			if s.Refused {
				return nil
			}
			p := c.Projects[c.project(project)]
			number, there := p.signaturesOn(w.on)
			if slices.ContainsFunc(there, s.again) {
				return notNow("version %d of the project, of that day, has that signature already", number)
			}
			return signable(c, w, p)
		},
		apply: func(c *Case, w when) {
			dated := *s
			dated.On = w.on
			c.editProject(project, func(p *Project) { p.sign(&dated) })
		},
	}
}

// again tells whether a signature of the same version is of the same person.
func (s *Signature) again(o *Signature) bool {
	return !o.Refused && o.Signer == s.Signer && o.Person == s.Person && o.User == s.User
}

// mayBe says that a signature may be of whom it names.
func (c *Case) mayBe(s *Signature) error {
	beneficiary := s.Signer == eventv1.Signer_SIGNER_BENEFICIARY
	switch {
	case s.User != "" && beneficiary:
		return invalid("user", "is an operator, and the beneficiary signs: give person_id, or leave both empty")
	case s.Person != "" && !beneficiary:
		return invalid("person_id", "is of the household, and an operator signs: give user, or leave both empty")
	case s.Person != "":
		return inHousehold(c, s.Person)
	}
	return nil
}

// sign adds a signature, or a refusal, to the version of its day: it may be
// recorded after the next version was made. The project counts as signed from
// the first day that has, of one version, the signatures of the beneficiary and
// of at least one operator, whichever of them is recorded first.
func (p *Project) sign(s *Signature) {
	if s.Refused {
		p.RefusedOn = max(p.RefusedOn, s.On)
	}
	if i := p.pastOn(s.On); i >= 0 {
		p.Past = edit(p.Past, i, func(v *ProjectVersion) {
			v.Signatures = add(v.Signatures, s)
			v.SignedOn = signedOn(v.Signatures)
		})
		p.SignedOn = earlier(p.SignedOn, p.Past[i].SignedOn)
		return
	}
	p.Signatures = add(p.Signatures, s)
	p.Signers, p.SignerDays = signers(p.Signatures)
	p.SignedOn = earlier(p.SignedOn, signedOn(p.Signatures))
}

// signaturesOn gives the signatures of the version of a day, and its number.
func (p *Project) signaturesOn(d Day) (number int32, list []*Signature) {
	if i := p.pastOn(d); i >= 0 {
		return p.Past[i].Number, p.Past[i].Signatures
	}
	return p.Version, p.Signatures
}

// Refusals counts how often somebody refused to sign any of its versions.
func (p *Project) Refusals() int {
	n := refusals(p.Signatures)
	for _, v := range p.Past {
		n += refusals(v.Signatures)
	}
	return n
}

func refusals(list []*Signature) (n int) {
	for _, s := range list {
		if s.Refused {
			n++
		}
	}
	return n
}

// signers gives who signed, each once, with the first day of each.
func signers(list []*Signature) (who []eventv1.Signer, days []Day) {
	for _, s := range list {
		if s.Refused {
			continue
		}
		if i := slices.Index(who, s.Signer); i >= 0 {
			days[i] = min(days[i], s.On)
			continue
		}
		who, days = append(who, s.Signer), append(days, s.On)
	}
	return who, days
}

// signedOn gives the first day on which the beneficiary and an operator had
// signed; zero where one of them has not.
func signedOn(list []*Signature) Day {
	var beneficiary, operator Day
	who, days := signers(list)
	for i, s := range who {
		if s == eventv1.Signer_SIGNER_BENEFICIARY {
			beneficiary = days[i]
		} else {
			operator = earlier(operator, days[i])
		}
	}
	if beneficiary == 0 || operator == 0 {
		return 0
	}
	return max(beneficiary, operator)
}

// earlier gives the earlier of two days, of which the zero Day is none.
func earlier(a, b Day) Day {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
