package sample_test

import (
	"fmt"
	"os"
	"sort"
	"testing"

	"percorsi/internal/sample"
)

func TestTmpPrint(t *testing.T) {
	if os.Getenv("TMP_PRINT") == "" {
		t.Skip()
	}
	o := openOffice(t, "2026-11-22")
	sum := play(t, o, sample.Config{Seed: 1})
	fmt.Println(sum)
	n := map[string][2]int{}
	mx := map[string]int{}
	for _, c := range o.cases {
		k := c.Pathway.String()
		if c.Pathway == 4 {
			k += c.Service.String()
		}
		v := n[k]
		n[k] = [2]int{v[0] + 1, v[1] + len(c.Timeline)}
		mx[k] = max(mx[k], len(c.Timeline))
	}
	for k, v := range n {
		fmt.Printf("%-60s %5d %.1f max %d\n", k, v[0], float64(v[1])/float64(v[0]), mx[k])
	}
	for _, period := range []string{"2025", ""} {
		fs := figures(t, o, period)
		var ids []string
		for id := range fs {
			ids = append(ids, id)
		}
		sort.Strings(ids)
		byStatus := map[string]int{}
		for _, id := range ids {
			f := fs[id]
			v, tg, a := "-", "-", "-"
			if f.Value != nil {
				v = fmt.Sprintf("%.2f", *f.Value)
			}
			if f.Target != nil {
				tg = fmt.Sprintf("%.0f", *f.Target)
			}
			if f.Achievement != nil {
				a = fmt.Sprintf("%.0f %s", *f.Achievement, f.Band)
			}
			byStatus[fmt.Sprint(f.Status, " ", f.Reason)]++
			fmt.Printf("%s %-11s v %-9s t %-6s %-22s n %d/%d u %d %s %s| %s\n", period, id, v, tg, a, f.Numerator, f.Denominator, f.Unknown, fmt.Sprint(f.Status), f.Reason, f.Label)
		}
		fmt.Println(byStatus)
	}
}
