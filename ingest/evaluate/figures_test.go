package evaluate

// What the reference scorers say of the made-up texts.
const (
	sentenceFigures = `200 reports, 203 core items, 305 predictions
full  precision 0.587 recall 0.498 F1 0.539
   ACCUSE     precision 23/46 recall 15/30
   AGREE      precision 20/35 recall 13/21
   ASSAULT    precision 35/56 recall 17/32
   CONCEDE    precision 24/35 recall 14/32
   EASE       precision 28/48 recall 16/31
   RETREAT    precision 23/35 recall 13/26
   STRAIN     precision 26/50 recall 13/31
quad  precision 0.607 recall 0.512 F1 0.555
dyad  precision 0.715 recall 0.586 F1 0.644
`
	documentFigures = `200 reports, 197 core events, 299 predicted events
events precision 0.552 recall 0.467 F1 0.506
on matches: date 18/49 = 0.37  place 42/139 = 0.30  speaker 36/92 = 0.39
`
)
