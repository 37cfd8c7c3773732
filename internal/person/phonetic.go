package person

import (
	"slices"
	"strings"
)

// Phonetic gives a coarse key for how a name sounds to an Italian ear, the same
// for the spellings that offices give to one name: Youssef and Iusef, Chiara
// and Kiara, Muhammad and Mohamed, Alexandru and Aleksandru. It finds
// candidates, which are then compared; it never proves that two names are one.
//
// From the normal form of the name:
//
//  1. PH is F, GN is N, GLI is LI; K and Q are C; W is V; Y and J are I;
//     Z, X, KS, CS, TS, TZ and CZ are S; H is mute.
//  2. OE and UE lose their E, as in Joerg and Mueller.
//  3. A letter that follows itself counts once.
//  4. Inside the name A, E and I are one vowel, written E, and O and U one,
//     written U: offices hear them differently in foreign names. The last
//     letter keeps three vowels, A, I and U, because it tells Mario from Maria.
//  5. A vowel that now follows itself counts once.
//
// Letters of other scripts are only freed of doubles. The key is empty where
// nothing sounds; an empty key is not to be hashed.
func Phonetic(name string) string {
	letters := slices.Compact([]rune(sounds.Replace(Normalise(name))))
	for i, r := range letters {
		if i < len(letters)-1 {
			letters[i] = innerVowel(r)
		} else {
			letters[i] = lastVowel(r)
		}
	}
	return string(slices.Compact(letters))
}

// sounds tries its pairs in this order at each place, and never reads what it
// wrote.
var sounds = strings.NewReplacer(
	"PH", "F", "GN", "N", "GLI", "LI",
	"KS", "S", "CS", "S", "TS", "S", "TZ", "S", "CZ", "S",
	"K", "C", "Q", "C",
	"W", "V", "Y", "I", "J", "I", "Z", "S", "X", "S", "H", "",
	"OE", "O", "UE", "U",
)

func innerVowel(r rune) rune {
	switch r {
	case 'A', 'I':
		return 'E'
	case 'O':
		return 'U'
	}
	return r
}

func lastVowel(r rune) rune {
	switch r {
	case 'E':
		return 'I'
	case 'O':
		return 'U'
	}
	return r
}
