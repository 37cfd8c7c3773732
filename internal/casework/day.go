package casework

import (
	"fmt"
	"time"
)

// Day is a calendar day, counted from 1 January 1970. The zero Day means "not
// given"; that very day is not one a case needs.
type Day int32

const secondsPerDay = 24 * 60 * 60

// ParseDay reads a day as 2025-03-31. The empty string is the zero Day.
func ParseDay(s string) (Day, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("not a calendar day: write it as 2025-03-31")
	}
	return DayOf(t), nil
}

// DayOf gives the calendar day of t in the zone of t.
func DayOf(t time.Time) Day {
	_, offset := t.Zone()
	s := t.Unix() + int64(offset)
	if s < 0 {
		s -= secondsPerDay - 1
	}
	return Day(s / secondsPerDay)
}

// Time gives the start of the day in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String gives the day as 2025-03-31, and nothing for the zero Day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Year gives the calendar year.
func (d Day) Year() int { return d.Time().Year() }

// AddMonths gives the same day n months later, or the last day of that month
// where it has no such day: six months after 31 August end on 28 February.
func (d Day) AddMonths(n int) Day {
	t := d.Time()
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return DayOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}
