package schema

import (
	"strings"
	"unicode"
)

// FoldAccents replaces Latin letters with marks by the plain letters
// ("Erdoğan" gives "Erdogan", "Łódź" gives "Lodz"), drops combining marks,
// and leaves everything else as it is.
func FoldAccents(s string) string {
	if ascii(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteByte(byte(r))
		case unicode.Is(unicode.Mn, r):
		default:
			if plain, ok := plainLetter(r); ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func lower(r rune) rune { return unicode.ToLower(r) }

// The Latin letters with marks that names in news use, each row the plain
// letter and its variants.
const plainLetters = "" +
	"aàáâãäåāăąǎạảấầẩẫậắằẳẵặ" +
	"AÀÁÂÃÄÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶ" +
	"cçćĉċč CÇĆĈĊČ dďđḍ DĎĐḌ" +
	" eèéêëēĕėęěẹẻẽếềểễệ EÈÉÊËĒĔĖĘĚẸẺẼẾỀỂỄỆ" +
	" gĝğġģǧ GĜĞĠĢǦ hĥħḥḫ HĤĦḤḪ" +
	" iìíîïĩīĭįıǐỉị IÌÍÎÏĨĪĬĮİǏỈỊ jĵ JĴ kķḳ KĶḲ lĺļľłḷ LĹĻĽŁḶ" +
	" mṃ MṂ nñńņňṇ NÑŃŅŇṆ oòóôõöøōŏőơǒọỏốồổỗộớờởỡợ OÒÓÔÕÖØŌŎŐƠǑỌỎỐỒỔỖỘỚỜỞỠỢ" +
	" rŕŗřṛ RŔŖŘṚ sśŝşšșṣ SŚŜŞŠȘṢ tţťŧțṭ TŢŤŦȚṬ" +
	" uùúûüũūŭůűųưǔụủứừửữự UÙÚÛÜŨŪŬŮŰŲƯǓỤỦỨỪỬỮỰ wŵ WŴ yýÿŷỳỵỷỹ YÝŸŶỲỴỶỸ zźżžẓ ZŹŻŽẒ"

func plainLetter(r rune) (string, bool) {
	switch r {
	case 'ß':
		return "ss", true
	case 'æ':
		return "ae", true
	case 'Æ':
		return "Ae", true
	case 'œ':
		return "oe", true
	case 'Œ':
		return "Oe", true
	case 'ð':
		return "d", true
	case 'þ':
		return "th", true
	case 'ə':
		return "a", true
	case 'Ə':
		return "A", true
	}
	i := strings.IndexRune(plainLetters, r)
	if i < 0 {
		return "", false
	}
	for i--; i >= 0 && plainLetters[i] >= 0x80; i-- {
	}
	return plainLetters[i : i+1], true
}
