package person

import "slices"

// Groups takes together the registrations that are of one person: those that
// are linked, directly or through others. It is folded from the newest records
// of all persons, in any order. The zero Groups has nobody in a group.
//
// Nobody is told of a change: who keeps something by group asks Put.
type Groups struct {
	// links has both directions of every link, each list in order.
	links map[string][]string
	// shared is set while somebody reads a copy: the maps are changed no more.
	shared bool
}

// Put takes over what a record says of its links. It gives everybody whose
// group is another one now, each once and in order; nobody for a record whose
// links are what they were.
func (g *Groups) Put(r *Record) (changed []string) {
	for _, b := range r.Bonds {
		if has(g.links[r.ID], b.Other) == (b.Kind == Linked) {
			continue
		}
		if changed == nil {
			g.own()
		}
		if b.Kind == Linked {
			g.join(r.ID, b.Other)
			changed = append(changed, g.Of(r.ID)...)
			continue
		}
		changed = append(changed, g.Of(r.ID)...)
		g.part(r.ID, b.Other)
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}

// Of gives the group of a person in the order of pseudonyms, and nobody for a
// person who is linked with none.
func (g *Groups) Of(id string) []string {
	if len(g.links[id]) == 0 {
		return nil
	}
	found := []string{id}
	for i := 0; i < len(found); i++ {
		for _, other := range g.links[found[i]] {
			if !slices.Contains(found, other) {
				found = append(found, other)
			}
		}
	}
	slices.Sort(found)
	return found
}

// Copy gives the groups as they are now, which stay so.
func (g *Groups) Copy() Groups {
	g.shared = true
	return Groups{links: g.links, shared: true}
}

// own makes the maps those of nobody else.
func (g *Groups) own() {
	if g.links != nil && !g.shared {
		return
	}
	next := make(map[string][]string, len(g.links)+2)
	for id, list := range g.links {
		next[id] = slices.Clone(list)
	}
	g.links, g.shared = next, false
}

func (g *Groups) join(a, b string) {
	g.links[a] = with(g.links[a], b)
	g.links[b] = with(g.links[b], a)
}

func (g *Groups) part(a, b string) {
	g.drop(a, b)
	g.drop(b, a)
}

func (g *Groups) drop(of, other string) {
	list := slices.DeleteFunc(g.links[of], func(id string) bool { return id == other })
	if len(list) == 0 {
		delete(g.links, of)
		return
	}
	g.links[of] = list
}

func has(list []string, id string) bool {
	_, ok := slices.BinarySearch(list, id)
	return ok
}

func with(list []string, id string) []string {
	i, _ := slices.BinarySearch(list, id)
	return slices.Insert(list, i, id)
}
