package sample

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"percorsi/internal/access"
	"percorsi/internal/client"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

// stage is where scripts are performed. It is safe for concurrent use.
type stage struct {
	conn  grpc.ClientConnInterface
	token func(access.Caller) (string, error)
	calls client.Recordings

	mu      sync.Mutex
	bearers map[access.Caller]client.Bearer
}

// credentials gives the token of an operator, made once.
func (st *stage) credentials(by access.Caller) (grpc.CallOption, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	known, ok := st.bearers[by]
	if !ok {
		token, err := st.token(by)
		if err != nil {
			return nil, fmt.Errorf("get a token for the role %s: %w", by.Role, err)
		}
		known = client.Bearer(token)
		st.bearers[by] = known
	}
	return grpc.PerRPCCredentials(known), nil
}

// tally counts what was played.
type tally struct {
	// stories counts those that recorded anything.
	stories      int
	commands     int
	cases, facts map[string]int
	people       map[string]bool
}

func newTally() tally {
	return tally{cases: map[string]int{}, facts: map[string]int{}, people: map[string]bool{}}
}

func (t *tally) add(o tally) {
	if o.commands > 0 {
		t.stories++
	}
	t.commands += o.commands
	for k, n := range o.cases {
		t.cases[k] += n
	}
	for k, n := range o.facts {
		t.facts[k] += n
	}
	maps.Copy(t.people, o.people)
}

// Play plays the district. The plan must have been published: its activities
// and supplied figures are played too. The first command that is refused ends
// it, with the story, the call and the status.
func Play(ctx context.Context, cfg Config) (Summary, error) {
	started := time.Now()
	cfg, err := cfg.complete()
	if err != nil {
		return Summary{}, err
	}
	share := density(cfg.Cases, cfg.From, cfg.To)
	d, err := newDistrict(cfg, share)
	if err != nil {
		return Summary{}, err
	}
	st := &stage{conn: cfg.Conn, token: cfg.Token, bearers: map[access.Caller]client.Bearer{}}
	if st.calls, err = client.ReadRecordings(); err != nil {
		return Summary{}, err
	}
	scripts, err := st.scripts(ctx, d, cfg.Cases, share)
	if err != nil {
		return Summary{}, err
	}
	total, err := st.performAll(ctx, scripts, cfg.Parallel, cfg.Progress)
	return Summary{
		Seed: cfg.Seed, From: cfg.From.String(), To: cfg.To.String(),
		Stories: total.stories, Cases: total.cases, Persons: len(total.people),
		Commands: total.commands, Facts: total.facts, Seconds: time.Since(started).Seconds(),
	}, err
}

// scripts gives what is to be played, each made up when its turn comes: the
// registers of the plan, then the cases by the day they open.
func (st *stage) scripts(ctx context.Context, d *district, cases int, share float64) ([]func() *script, error) {
	var plan indicatorv1.GetPlanResponse
	err := st.call(ctx, planner(), indicatorv1.IndicatorService_GetPlan_FullMethodName, &indicatorv1.GetPlanRequest{}, &plan)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	var out []func() *script
	for _, i := range plan.GetPlan().GetIndicators() {
		out = append(out, func() *script { return registerOf(d, plan.GetPlan(), i) })
	}
	for _, o := range openings(d, cases, share) {
		out = append(out, func() *script { return o.script(d) })
	}
	return out, nil
}

// performAll plays the scripts, so many at a time.
func (st *stage) performAll(ctx context.Context, scripts []func() *script, parallel int, progress func(done, total int)) (tally, error) {
	var mu sync.Mutex
	total, done := newTally(), 0
	group, playing := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, script := range scripts {
		if playing.Err() != nil {
			break
		}
		group.Go(func() error {
			played, err := st.perform(playing, script())
			mu.Lock()
			defer mu.Unlock()
			total.add(played)
			if err != nil {
				return err
			}
			done++
			progress(done, len(scripts))
			return nil
		})
	}
	err := group.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return total, err
}
