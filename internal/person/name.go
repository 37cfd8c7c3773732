package person

import (
	"strings"
	"unicode"
)

// Normalise gives the form of a name under which two spellings of it are the
// same: upper case, Latin letters without diacritics, ligatures opened, nothing
// but letters and digits. So "D'Angelo" and "d’angelo" give DANGELO, and
// "De Angelo" gives DEANGELO. Letters of other scripts stay, in upper case. It
// is idempotent. A name without any letter gives the empty string, which is
// not to be hashed.
func Normalise(name string) string {
	var b strings.Builder
	for _, r := range name {
		// Down and up again, so that letters with several capitals or several
		// small forms (İ, ſ, the Kelvin sign) meet in one.
		r = unicode.ToUpper(unicode.ToLower(r))
		if base, ok := foldedLetters[r]; ok {
			b.WriteString(base)
			continue
		}
		if isNameRune(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isNameRune leaves out modifier letters: they are the apostrophes of names in
// transliteration, and blank fill in others.
func isNameRune(r rune) bool {
	return unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) || unicode.IsDigit(r)
}

// foldings lists, for each base, the letters that are folded to it: those from
// which Unicode can take a diacritic off, and, by hand, those with a stroke or
// a hook and the ligatures. An umlaut just goes; [Phonetic] joins Müller with
// Mueller. Small letters stand here where no capital exists.
var foldings = []struct{ base, letters string }{
	{"A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶẚȺ"},
	{"AE", "ÆǢǼ"},
	{"B", "ḂḄḆƁɃ"},
	{"C", "ÇĆĈĊČḈƇȻ"},
	{"D", "ĎḊḌḎḐḒÐĐƉƊ"},
	{"DZ", "ǄǱ"},
	{"E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆƏƎƐɆ"},
	{"F", "ḞƑ"},
	{"FF", "ﬀ"},
	{"FFI", "ﬃ"},
	{"FFL", "ﬄ"},
	{"FI", "ﬁ"},
	{"FL", "ﬂ"},
	{"G", "ĜĞĠĢǦǴḠƓǤ"},
	{"H", "ĤȞḢḤḦḨḪẖĦ"},
	{"I", "ÌÍÎÏĨĪĬĮǏȈȊḬḮỈỊƗ"},
	{"IJ", "Ĳ"},
	{"J", "ĴǰɈ"},
	{"K", "ĶǨḰḲḴƘĸ"},
	{"L", "ĹĻĽḶḸḺḼĿŁȽ"},
	{"LJ", "Ǉ"},
	{"M", "ḾṀṂ"},
	{"N", "ÑŃŅŇǸṄṆṈṊŉŊƝ"},
	{"NJ", "Ǌ"},
	{"O", "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢØǾƆƟ"},
	{"OE", "Œ"},
	{"P", "ṔṖƤ"},
	{"R", "ŔŖŘȐȒṘṚṜṞɌ"},
	{"S", "ŚŜŞŠȘṠṢṤṦṨ"},
	{"SS", "ßẞ"},
	{"T", "ŢŤȚṪṬṮṰẗŦƬ"},
	{"TH", "Þ"},
	{"U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰɄ"},
	{"V", "ṼṾƲ"},
	{"W", "ŴẀẂẄẆẈẘ"},
	{"X", "ẊẌ"},
	{"Y", "ÝŶŸȲẎỲỴỶỸẙƳɎ"},
	{"Z", "ŹŻŽẐẒẔƵ"},
}

var foldedLetters = byLetter()

func byLetter() map[rune]string {
	m := make(map[rune]string)
	for _, f := range foldings {
		for _, r := range f.letters {
			m[r] = f.base
		}
	}
	return m
}
