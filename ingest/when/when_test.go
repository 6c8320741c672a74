package when

import (
	"fmt"
	"strings"
	"testing"

	"faultline/schema"
)

func day(t testing.TB, s string) schema.Day {
	t.Helper()
	if s == "" {
		return schema.NoDay
	}
	d, err := schema.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// show writes expressions as "text=day/precision" with the marks that
// matter: @role, ! for Named.
func show(text string, es []Expression) string {
	var out []string
	for _, e := range es {
		s := fmt.Sprintf("%s=%s/%s", text[e.Start:e.End], e.Day, e.Precision)
		if e.Role != RoleOn {
			s += "@" + string(e.Role)
		}
		if e.Named {
			s += "!"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// 2024-11-24 is a Sunday.
func TestFind(t *testing.T) {
	const pub = "2024-11-24"
	tests := []struct {
		text, want string
	}{
		// weekdays
		{"Rockets hit the base on Friday.", "Friday=2024-11-22/day"},
		{"Friday saw the heaviest raids.", "Friday=2024-11-22/day"},
		{"The base was hit Sunday.", "Sunday=2024-11-24/day"},
		{"Jets struck last Friday.", "last Friday=2024-11-22/day"},
		{"Jets struck last Sunday.", "last Sunday=2024-11-17/day"},
		{"A truck blew up late on Saturday.", "late on Saturday=2024-11-23/day"},
		{"A truck blew up late Saturday.", "late Saturday=2024-11-23/day"},
		{"Tuesday night saw raids.", "Tuesday night=2024-11-19/day"},
		{"The raid of Wednesday morning failed.", "Wednesday morning=2024-11-20/day"},
		{"The rebels met this Sunday in Idlib.", "this Sunday=2024-11-24/day"},
		{"The council meets next Monday.", "next Monday=2024-11-25/day"},
		{"The council meets next Sunday.", "next Sunday=2024-12-01/day"},
		{"Forty have died since Monday.", "Monday=2024-11-18/day@since"},
		{"Forty have died since last Monday.", "last Monday=2024-11-18/day@since"},
		{"Talks will resume on Tuesday.", "Tuesday=2024-11-26/day"},
		{"Talks are scheduled for Thursday.", "Thursday=2024-11-28/day"},
		{"Troops will leave, the ministry said on Tuesday.", "Tuesday=2024-11-19/day"},
		{"The minister said on Monday that talks will start on Wednesday.", "Monday=2024-11-18/day; Wednesday=2024-11-27/day"},
		{"They gave him until Friday to go.", "Friday=2024-11-22/day@until"},
		{"They must leave by Friday.", "Friday=2024-11-29/day@until"},
		{"Security was raised ahead of Tuesday's vote.", "Tuesday=2024-11-26/day@before"},
		{"Mondays raids killed nine.", "Mondays=2024-11-18/day"},
		{"Protesters gather on Fridays.", ""},
		{"Monday's raids killed nine.", "Monday=2024-11-18/day"},
		{"They fought on Thursday and Friday.", "Thursday=2024-11-21/day; Friday=2024-11-22/day"},
		{"The deal was struck on Monday last week.", "Monday last week=2024-11-11/day"},
		{"They meet on Friday next week.", "Friday next week=2024-11-29/day"},
		{"Clashes broke out after Tuesday prayers.", "Tuesday=2024-11-19/day@after"},
		{"A post-Friday lull followed.", "Friday=2024-11-22/day"},
		// days told by words
		{"He resigned today.", "today=2024-11-24/day"},
		{"He resigned yesterday evening.", "yesterday evening=2024-11-23/day"},
		{"Yesterday's raid failed.", "Yesterday=2024-11-23/day"},
		{"They vote tomorrow.", "tomorrow=2024-11-25/day"},
		{"Strikes overnight killed three.", "overnight=2024-11-24/day"},
		{"Strikes overnight into Saturday killed three.", "overnight into Saturday=2024-11-23/day"},
		{"Strikes overnight on Friday killed three.", "overnight on Friday=2024-11-22/day"},
		{"Guns fell silent tonight.", "tonight=2024-11-24/day"},
		{"Shells fell this morning.", "this morning=2024-11-24/day"},
		{"Shells fell last night.", "last night=2024-11-23/day"},
		{"He left the day before yesterday.", "the day before yesterday=2024-11-22/day"},
		{"He leaves the day after tomorrow.", "the day after tomorrow=2024-11-26/day"},
		{"Earlier today he fled.", "Earlier today=2024-11-24/day"},
		// distances
		{"Two days ago rebels took the pass.", "Two days ago=2024-11-22/day"},
		{"10 days ago rebels took the pass.", "10 days ago=2024-11-14/day"},
		{"Days earlier, Damascus had reined them in.", "Days earlier=2024-11-18/week"},
		{"Hours later the bridge fell.", "Hours later=2024-11-24/day"},
		{"A few days ago he agreed.", "A few days ago=2024-11-18/week"},
		{"They took it a week ago.", "a week ago=2024-11-11/week"},
		{"They took it three weeks ago.", "three weeks ago=2024-10-28/week"},
		{"They took it two months ago.", "two months ago=2024-09-01/month"},
		{"They took it five years ago.", "five years ago=2019-01-01/year"},
		{"They took it a couple of days ago.", "a couple of days ago=2024-11-22/day"},
		{"They lost it several weeks earlier.", "several weeks earlier=2024-11-01/month"},
		{"They took it an hour ago.", "an hour ago=2024-11-24/day"},
		{"Dozens died over the past 24 hours.", "past 24 hours=2024-11-24/day@over"},
		{"Dozens died in the last 48 hours.", "last 48 hours=2024-11-18/week@over"},
		{"Dozens died in recent days.", "recent days=2024-11-18/week@over"},
		{"Dozens died in recent weeks.", "recent weeks=2024-11-01/month@over"},
		{"Dozens died in the last three days.", "last three days=2024-11-18/week@over"},
		{"They recently signed.", "recently=2024-11-01/month@over"},
		{"On Thursday he fled; a day earlier he had resigned.", "Thursday=2024-11-21/day; a day earlier=2024-11-20/day"},
		{"The raid came on Monday. The next day, two men were held.", "Monday=2024-11-18/day; next day=2024-11-19/day"},
		{"The raid came on Monday and the following day two men were held.", "Monday=2024-11-18/day; following day=2024-11-19/day"},
		{"The raid came on Tuesday, two days after.", "Tuesday=2024-11-19/day; two days after=2024-11-21/day"},
		{"He spoke two days after the attack.", ""},
		{"The siege lasted for three days.", ""},
		// weeks, months, years
		{"Rebels took it last week.", "last week=2024-11-11/week"},
		{"Rebels took it last month.", "last month=2024-10-01/month"},
		{"Rebels took it last year.", "last year=2023-01-01/year"},
		{"Rebels took it earlier this week.", "earlier this week=2024-11-18/week"},
		{"Rebels took it earlier this month.", "earlier this month=2024-11-01/month"},
		{"Rebels took it earlier this year.", "earlier this year=2024-01-01/year"},
		{"They will meet next month.", "next month=2024-12-01/month"},
		{"They will meet early next week.", "early next week=2024-11-25/week"},
		{"They met late last month.", "late last month=2024-10-01/month"},
		{"They met at the weekend.", "the weekend=2024-11-23/week"},
		{"They met last weekend.", "last weekend=2024-11-16/week"},
		{"The front has not moved in the past year.", "past year=2023-01-01/year@over"},
		// absolute dates
		{"He died on 22 November 2024.", "22 November 2024=2024-11-22/day"},
		{"He died on Nov. 22, 2024.", "Nov. 22, 2024=2024-11-22/day"},
		{"He died on November 22.", "November 22=2024-11-22/day"},
		{"He died on 22 Nov in Homs.", "22 Nov=2024-11-22/day"},
		{"He died on the 22nd of November.", "22nd of November=2024-11-22/day"},
		{"He died on the 22nd.", "22nd=2024-11-22/day"},
		{"The 22nd battalion fled.", ""},
		{"He died on the 10th anniversary.", ""},
		{"Log of 2024-11-22: quiet.", "2024-11-22=2024-11-22/day"},
		{"Log of 22/11/2024: quiet.", "22/11/2024=2024-11-22/day"},
		{"Log of 11.22.2024: quiet.", "11.22.2024=2024-11-22/day"},
		{"Log of 5/6/2024: quiet.", "5/6/2024=2024-06-05/day"},
		{"Log of 5/12/2024: quiet.", "5/12/2024=2024-05-12/day"},
		{"Log of 17-02-2012: quiet.", "17-02-2012=2012-02-17/day"},
		{"March 5 2016 Jets return.", "March 5 2016=2016-03-05/day"},
		{"Wed Jun 4 2014 Mine blast near the border.", "Wed Jun 4 2014=2014-06-04/day"},
		{"Monday 6 June 2016 18:14", "Monday 6 June 2016=2016-06-06/day"},
		{"Last updated at Aug 112016 AMMAN", "Aug 112016=2016-08-11/day"},
		{"19.03.2016(updated 14:49) Get short URL", "19.03.2016=2016-03-19/day"},
		{"08.09.2014Get short URL", "08.09.2014=2014-09-08/day"},
		{"On Tuesday, Dec. 3, they voted.", "Tuesday, Dec. 3=2024-12-03/day"},
		{"On Tuesday, October 24, they voted.", "Tuesday, October 24=2023-10-24/day"},
		{"They voted on December 5 to leave.", "December 5=2024-12-05/day"},
		{"They voted on 9 January to leave.", "9 January=2024-01-09/day"},
		{"Born on 29 February in Aden.", "29 February=2024-02-29/day"},
		{"It rained on 31 June in Aden.", ""},
		{"It happened in May.", "May=2024-05-01/month"},
		{"It happened in December.", "December=2023-12-01/month"},
		{"It will happen in May.", "May=2025-05-01/month"},
		{"It happened in May 2015.", "May 2015=2015-05-01/month"},
		{"It happened in late May.", "late May=2024-05-01/month"},
		{"It happened in mid-July.", "mid-July=2024-07-01/month"},
		{"The war since March 2011 is long.", "March 2011=2011-03-01/month@since"},
		{"He has been held since March.", "March=2024-03-01/month@since"},
		{"He has been held since last October.", "last October=2023-10-01/month@since"},
		{"The attack on the coast last May.", "last May=2024-05-01/month"},
		{"The town fell in May last year.", "May last year=2023-05-01/month"},
		{"It fell in 1981.", "1981=1981-01-01/year"},
		{"It fell in late 2015.", "late 2015=2015-01-01/year"},
		{"The war of 2003 goes on.", "2003=2003-01-01/year"},
		{"The 2006 war goes on.", "2006=2006-01-01/year!"},
		{"It was built in the 1990s.", "1990s=1990-01-01/unknown"},
		{"Sales fell in the third quarter of 2015.", "third quarter of 2015=2015-07-01/year"},
		{"They entered the last quarter held by the rebels.", ""},
		{"Sales fell in Q3 2015.", "Q3 2015=2015-07-01/year"},
		{"It began in the summer of 2014.", "summer of 2014=2014-06-01/year"},
		{"It began last summer.", "last summer=2024-06-01/year"},
		{"They fought between 3 and 5 May.", "3 and 5 May=2024-05-03/day"},
		{"They fought July 3-5 near Mosul.", "July 3-5=2024-07-03/day"},
		{"They fought from 30 April to 2 May 2015.", "30 April to 2 May 2015=2015-04-30/day"},
		{"They fought from 2003 to 2005.", "2003 to 2005=2003-01-01/year"},
		{"The 2014–15 winter was hard.", "2014–15=2014-01-01/year!"},
		{"They met on Christmas Eve.", "Christmas Eve=2024-12-24/day"},
		{"They meet on New Year's Day.", "New Year's Day=2025-01-01/day"},
		{"Talks start at the end of May.", "end of May=2024-05-01/month"},
		// words and names that look like dates
		{"They may attack; Syria may 5 times deny.", ""},
		{"Thousands march in the streets.", ""},
		{"Theresa May said no.", ""},
		{"May said no.", ""},
		{"April Smith spoke.", ""},
		{"The second man fled.", ""},
		{"Black September claimed it.", ""},
		{"The Good Friday Agreement held.", ""},
		{"The Sunday Times wrote it.", ""},
		{"The Arab Spring began in 2011.", "2011=2011-01-01/year"},
		{"The October Revolution shook it.", "October Revolution=1917-11-07/day!"},
		{"After the September 11 attacks he fled.", "September 11=2001-09-11/day@after!"},
		{"After 9/11 he fled.", "9/11=2001-09-11/day@after!"},
		{"The 7 October attack by Hamas shook it.", "7 October=2023-10-07/day!"},
		{"Gaza has been bombed since October 7.", "October 7=2023-10-07/day@since!"},
		{"The 17 November group claimed it.", ""},
		{"The March 14 alliance protested.", ""},
		{"The July 15 coup attempt failed.", "July 15=2016-07-15/day!"},
		{"Some 2000 people fled.", ""},
		{"An army of 2000 soldiers fled.", ""},
		{"The plane left at 1930 GMT.", ""},
		{"He read it in USA Today.", ""},
		{"Resolution 2254 and $2,014 and 3.5 and 1:2:3 and 10.0.0.1", ""},
		{"The sun rose; he sat; they wed.", ""},
		{"It meets from December 3 to December 5.", "December 3 to December 5=2024-12-03/day"},
		{"A raid on September 30 of last year failed.", "September 30 of last year=2023-09-30/day"},
		{"The September 11, 2001 attacks shook it.", "September 11, 2001=2001-09-11/day!"},
		{"Last weeks raid failed.", "Last weeks=2024-11-11/week"},
		{"He hosted The Tonight Show.", ""},
		{"The Mail on Sunday wrote it.", ""},
		{"They will not forget the law passed on November 10.", "November 10=2024-11-10/day"},
		{"The group vowed on Monday to fight.", "Monday=2024-11-18/day"},
		{"The truce is expected to start tomorrow.", "tomorrow=2024-11-25/day"},
		{"The end of the day came.", ""},
		{"The last minister and this man.", ""},
		{"Nothing of the kind.", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := show(tt.text, Find(tt.text, day(t, pub), TenseUnknown)); got != tt.want {
			t.Errorf("%q\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

func TestFindTense(t *testing.T) {
	tests := []struct {
		text  string
		tense Tense
		want  string
	}{
		{"On Tuesday they meet.", TenseFuture, "Tuesday=2024-11-26/day"},
		{"On Sunday they meet.", TenseFuture, "Sunday=2024-11-24/day"},
		{"They meet in May.", TenseFuture, "May=2025-05-01/month"},
		{"They meet on 1 January.", TenseFuture, "1 January=2025-01-01/day"},
		{"They met on 1 January.", TensePast, "1 January=2024-01-01/day"},
		{"They met this Saturday.", TensePast, "this Saturday=2024-11-23/day"},
		{"They will have met on Tuesday.", TensePast, "Tuesday=2024-11-19/day"},
		{"He said on Tuesday they meet.", TenseFuture, "Tuesday=2024-11-19/day"},
		{"They met on New Year's Day.", TensePast, "New Year's Day=2024-01-01/day"},
		{"They meet in the summer.", TenseFuture, "summer=2025-06-01/year"},
		{"They meet on the 3rd.", TenseFuture, "3rd=2024-12-03/day"},
		{"They meet at the weekend.", TenseFuture, "the weekend=2024-11-30/week"},
	}
	for _, tt := range tests {
		if got := show(tt.text, Find(tt.text, day(t, "2024-11-24"), tt.tense)); got != tt.want {
			t.Errorf("%q\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

func TestFindWithoutPublication(t *testing.T) {
	text := "On Friday, two days ago, last week, in May and on 3 May 2015 it rained; overnight, this year, on 5 June, in recent days."
	for _, e := range Find(text, schema.NoDay, TenseUnknown) {
		known := e.Day != schema.NoDay
		if known != (text[e.Start:e.End] == "3 May 2015") {
			t.Errorf("%q: day %v", text[e.Start:e.End], e.Day)
		}
		if !known && (e.Precision != schema.PrecisionUnknown || !e.Relative) {
			t.Errorf("%q: precision %s, relative %v", text[e.Start:e.End], e.Precision, e.Relative)
		}
	}
}

// TestFindAfter checks that what counts from the day told does so from one
// text to the next.
func TestFindAfter(t *testing.T) {
	published, told := day(t, "2024-11-24"), day(t, "2024-11-20")
	for _, tc := range []struct{ text, want string }{
		{"The next day they fled.", "next day=2024-11-21/day"},
		{"They fled a day earlier.", "a day earlier=2024-11-19/day"},
		{"They came back an hour later.", "an hour later=2024-11-20/day"},
		{"They fled earlier in the day.", "earlier in the day=2024-11-20/day"},
		{"They fled two days ago.", "two days ago=2024-11-22/day"},
		{"They fled on Friday and were held the next day.", "Friday=2024-11-22/day; next day=2024-11-23/day"},
	} {
		if got := show(tc.text, FindAfter(tc.text, published, told, TenseUnknown)); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
}

// TestFindAfterHistory checks that a day long ago is not the one of which
// news tells a part.
func TestFindAfterHistory(t *testing.T) {
	text := "Earlier in the day they fled, and the next day as well."
	got := show(text, FindAfter(text, day(t, "2024-11-24"), day(t, "2011-03-15"), TenseUnknown))
	if want := "Earlier in the day=2024-11-24/day; next day=2024-11-25/day"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSaid(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"Nine died, the monitor said on Monday.", true},
		{"Nine died, the monitor said Monday.", true},
		{"Nine died, it told reporters late on Monday.", true},
		{"Nine died on Monday, the monitor said.", false},
	}
	for _, tt := range tests {
		es := Find(tt.text, day(t, "2024-11-24"), TenseUnknown)
		if len(es) != 1 || es[0].Said != tt.want {
			t.Errorf("%q: got %+v, want Said %v", tt.text, es, tt.want)
		}
	}
}

func TestLast(t *testing.T) {
	tests := []struct{ text, last string }{
		{"It fell last week.", "2024-11-17"},
		{"It fell in February.", "2024-02-29"},
		{"It fell in 2015.", "2015-12-31"},
		{"They fought between 3 and 5 May.", "2024-05-05"},
		{"They fought from 30 April to 2 May 2015.", "2015-05-02"},
		{"They fought in May-June 2015.", "2015-06-30"},
		{"They fought from 2003 to 2005.", "2005-12-31"},
		{"They fought in the 1990s.", "1999-12-31"},
		{"They fought earlier this week.", "2024-11-24"},
	}
	for _, tt := range tests {
		es := Find(tt.text, day(t, "2024-11-24"), TenseUnknown)
		if len(es) != 1 || es[0].Last.String() != tt.last {
			t.Errorf("%q: got %+v, want last day %s", tt.text, es, tt.last)
		}
	}
}

func TestDateline(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Wed Jun 4 2014 Mine blast near the border.", "2014-06-04"},
		{"Published May 7 2016 At least nine died.", "2016-05-07"},
		{"Date of publication 9 March 2015 At least nine died.", "2015-03-09"},
		{"Last updated at Aug 112016 BEIRUT A strike killed nine.", "2016-08-11"},
		{"Monday 6 June 2016 18:14 The council met.", "2016-06-06"},
		{"Blast rocks the city say doctors AFP Wednesday 4 Jun 2014 At least nine died.", "2014-06-04"},
		{"17-02-2012 Nine die in floods.", "2012-02-17"},
		{"19.03.2016(updated 14:49) Get short URL", "2016-03-19"},
		{"2024-11-22 Nine die.", "2024-11-22"},
		{"Nine died on 3 May 2014 in the capital.", ""},
		{"The war since 3 May 2014 is long.", ""},
		{"On Friday nine died.", ""},
		{"", ""},
	}
	for _, tt := range tests {
		e, ok := Dateline(tt.text)
		got := ""
		if ok {
			got = e.Day.String()
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"On Friday, Nov. 22, 2024, two days after 9/11", "the end of the last few weeks", "3-5 May-June 2015 to 7", "New Year's Eve’s",
		"mid-1990s '90s 22nd of the 22nd", "Q3 2015–16 to 2/2/22", "\xe2\x80 \xc2 Monday week",
	} {
		f.Add(s, int32(20051))
	}
	f.Fuzz(func(t *testing.T, text string, published int32) {
		if len(text) > 1<<12 {
			return
		}
		pub := schema.Day(published % 200000)
		for _, p := range []schema.Day{pub, schema.NoDay} {
			end := 0
			for _, e := range Find(text, p, Tense(published%3)) {
				if e.Start < end || e.End <= e.Start || e.End > len(text) {
					t.Fatalf("%q: span %d..%d after %d", text, e.Start, e.End, end)
				}
				end = e.End
				if err := e.Precision.Validate(); err != nil {
					t.Fatal(err)
				}
				if (e.Day == schema.NoDay) != (e.Last == schema.NoDay) || e.Last < e.Day {
					t.Fatalf("%q: %q from %v to %v", text, text[e.Start:e.End], e.Day, e.Last)
				}
				if e.Reason == "" {
					t.Fatalf("%q: %q has no reason", text, text[e.Start:e.End])
				}
			}
		}
		Dateline(text)
	})
}

var sink int

func BenchmarkFind(b *testing.B) {
	texts := map[string]string{
		"plain": "Government forces backed by allied militias advanced towards the northern outskirts of the city after heavy shelling that killed civilians and damaged several homes there, witnesses told reporters.",
		"dated": "Government forces advanced towards the northern outskirts of the city late on Saturday, two days after rebels had agreed to a truce that was signed in Geneva on Nov. 12, 2024.",
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			pub := day(b, "2024-11-24")
			b.ReportAllocs()
			for b.Loop() {
				sink += len(Find(text, pub, TenseUnknown))
			}
		})
	}
}
