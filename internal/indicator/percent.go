package indicator

import (
	"math/big"
	"strconv"
)

// Bands of the degree of achievement, as chapter 1 of the plan names them.
const (
	bandNone         = "nullo"
	bandInsufficient = "insufficiente"
	bandSufficient   = "sufficiente"
	bandGood         = "buono"
	bandExcellent    = "ottimo"
)

// band gives the band of an achievement in percent. The plan states whole
// numbers (1-49, 50-79, 80-99); the gaps between them are closed downwards, so
// 79.5 is still sufficiente.
func band(achievement float64) string {
	switch {
	case achievement <= 0:
		return bandNone
	case achievement < 50:
		return bandInsufficient
	case achievement < 80:
		return bandSufficient
	case achievement < 100:
		return bandGood
	default:
		return bandExcellent
	}
}

// percent gives 100 x a / b; b is not 0.
func percent(a, b int64) *big.Rat { return quotient(a, b, 100) }

// quotient gives times x a / b; b is not 0.
func quotient(a, b, times int64) *big.Rat {
	r := big.NewRat(a, b)
	return r.Mul(r, new(big.Rat).SetInt64(times))
}

// rounded gives r to two decimals, halves away from zero. Up to here all is
// exact, so equal counts give equal figures on every machine.
func rounded(r *big.Rat) float64 {
	hundredths := new(big.Rat).Mul(r, big.NewRat(200, 1))
	n := new(big.Int).Set(hundredths.Num())
	// Half of the denominator added on the side of the sign, then truncated.
	if r.Sign() < 0 {
		n.Sub(n, hundredths.Denom())
	} else {
		n.Add(n, hundredths.Denom())
	}
	n.Quo(n, new(big.Int).Lsh(hundredths.Denom(), 1))
	value, _ := new(big.Rat).SetFrac(n, big.NewInt(100)).Float64()
	return value
}

// exact gives the decimal number that a double was written as: 0.1 is a tenth.
// It must be finite.
func exact(v float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// achievement gives done x 100 / planned, or planned x 100 / done where the
// target is a ceiling. It is never below 0. A target of 0 is reached by
// anything from below, and as a ceiling only by 0; having done 0 under any
// other ceiling is 100, not without bound.
func achievement(done, planned *big.Rat, ceiling bool) *big.Rat {
	hundred := big.NewRat(100, 1)
	if ceiling {
		switch {
		case done.Sign() <= 0:
			return hundred
		case planned.Sign() <= 0:
			return new(big.Rat)
		}
		done, planned = planned, done
	}
	switch {
	case planned.Sign() <= 0:
		return hundred
	case done.Sign() <= 0:
		return new(big.Rat)
	}
	q := new(big.Rat).Quo(done, planned)
	return q.Mul(q, hundred)
}
