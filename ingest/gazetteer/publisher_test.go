package gazetteer

import "testing"

func TestPublisher(t *testing.T) {
	g, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want string }{
		{"The Independent", "the-independent-united-kingdom"},
		{"The Hindu", "the-hindu-newspaper"},
		{"Reuters", "reuters"},
		{"SANA", "sana"},
		{"the times of india", "the-times-of-india"},
		{"Hezbollah", ""},
		{"", ""},
	} {
		a, ok := g.Publisher(c.name)
		if got := a.ID.Slug(); got != c.want || ok != (c.want != "") {
			t.Errorf("%q is %q, want %q", c.name, got, c.want)
		}
	}
}
