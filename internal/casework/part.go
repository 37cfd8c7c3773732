package casework

import (
	"slices"
	"strings"
)

// Part names what one fact changes of a case, such as "intake" or
// "project/<id>/goal/<id>". Two people on different parts never disturb each
// other; on the same part the second one is shown what the first one wrote.
type Part string

// The parts that a case has once.
const (
	PartIntake    Part = "intake"
	PartManager   Part = "case-manager"
	PartHousehold Part = "household"
	PartNeeds     Part = "needs"
	PartHousing   Part = "housing"
	PartContacts  Part = "contacts"
	PartDischarge Part = "discharge"
	PartDelivery  Part = "discharge/access"
	PartClosure   Part = "closure"
)

// partOf joins the name of a part from its pieces.
func partOf(pieces ...string) Part { return Part(strings.Join(pieces, "/")) }

// Revision gives the revision of a part: 0 where the part is not there yet.
func (c *Case) Revision(p Part) Revision {
	if i, ok := c.findPart(p); ok {
		return c.Parts[i].Revision
	}
	return 0
}

// findPart tells where a part stands, or would stand, in the sorted Parts.
func (c *Case) findPart(p Part) (int, bool) {
	return slices.BinarySearchFunc(c.Parts, p, func(r PartRevision, p Part) int {
		return strings.Compare(string(r.Part), string(p))
	})
}

// withRevision gives the parts with p at r.
func (c *Case) withRevision(p Part, r Revision) []PartRevision {
	i, ok := c.findPart(p)
	if ok {
		parts := slices.Clone(c.Parts)
		parts[i].Revision = r
		return parts
	}
	parts := make([]PartRevision, 0, len(c.Parts)+1)
	parts = append(parts, c.Parts[:i]...)
	parts = append(parts, PartRevision{Part: p, Revision: r})
	return append(parts, c.Parts[i:]...)
}
