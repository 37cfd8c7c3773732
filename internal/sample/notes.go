package sample

import (
	"strings"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// topic is what a note is about.
type topic int

const (
	onArrival topic = iota
	onContact
	onMeeting
	onGoal
	onCommitment
	onDecision
	onFollowUp
	onAssessment
	onLikeness
	onDifference
	onEnding
)

// In the notes NOME stands for a name and TEL for a telephone number. They are
// in Italian, as operators write them, and they are all there is of free text
// in the sample.
var notes = map[topic][]string{
	onArrival: {
		"Accompagna la richiesta la vicina di pianerottolo NOME, che risponde al TEL nelle ore pari.",
		"NOME racconta di vivere sopra la fabbrica di nuvole; per ogni urgenza si chiami il TEL.",
		"Segnalazione giunta a mano: NOME non apre al postino ma solo a chi fischietta la polka.",
	},
	onContact: {
		"Al TEL risponde una voce registrata che si presenta come NOME e promette di richiamare a Ferragosto.",
		"Lasciato biglietto sotto il vaso di basilico azzurro; il recapito corretto sarebbe TEL.",
		"Il numero TEL appartiene da anni alla bottega di ombrelli di NOME.",
	},
	onMeeting: {
		"NOME arriva con il gatto Protocollo e una borsa di bollette mai aperte; chiede di essere chiamato al TEL.",
		"Si concorda un secondo incontro quando il cognato NOME avra riparato la bicicletta a tre sedili.",
		"Colloquio sereno: NOME vorrebbe tornare a lavorare come accordatore di fisarmoniche.",
	},
	onGoal: {
		"Imparare a leggere le bollette insieme alla zia NOME.",
		"Riprendere i contatti con il fratello NOME, che abita nel paese accanto al lago asciutto.",
		"Frequentare il laboratorio di mongolfiere di carta due mattine a settimana.",
	},
	onCommitment: {
		"NOME si impegna a telefonare al TEL ogni primo lunedi di luna nuova.",
		"Il servizio si impegna a cercare un banco di lavoro adatto alla statura di NOME.",
	},
	onDecision: {
		"L'equipe propone che NOME incontri il sarto volontario; riferimento TEL.",
		"Si rinvia la scelta della casa finche NOME non avra visitato quella con il portone viola.",
	},
	onFollowUp: {
		"Accompagnare NOME allo sportello dei mulini entro la fiera delle zucche.",
		"Chiedere al TEL se il banco alimentare dei venerdi ha ancora la farina di castagne.",
		"Riferisce NOME: la pratica della stufa a vapore e sul tavolo del fontaniere.",
	},
	onAssessment: {
		"NOME cammina fino alla fontana e torna, ma si ferma a salutare ogni lampione.",
		"La rete si regge sulla nipote NOME, raggiungibile al TEL.",
	},
	onLikeness: {
		"Due schede, la stessa firma svolazzante sulla tessera degli aquiloni: lo assicura NOME, al TEL.",
		"Ai due sportelli la stessa valigia di cartone a pois; NOME lo ha riconosciuto dalla voce.",
	},
	onDifference: {
		"NOME e il suo omonimo abitano ai due lati del mulino a sabbia e non si salutano da anni.",
	},
	onEnding: {
		"NOME saluta il servizio con una torta al formaggio di luna; resta valido il TEL.",
		"Percorso chiuso: NOME ha aperto con la cugina un chiosco di aquiloni.",
	},
}

// Placeholders of the notes.
const (
	namePlace  = "NOME"
	phonePlace = "TEL"
)

// note writes a note, about half the time; nil otherwise.
func (s *script) note(about topic) *eventv1.Text {
	if s.chance(50) {
		return nil
	}
	return s.words(about)
}

// words writes a note.
func (s *script) words(about topic) *eventv1.Text {
	sex := pick(s, []eventv1.Sex{eventv1.Sex_SEX_FEMALE, eventv1.Sex_SEX_MALE})
	written := strings.NewReplacer(
		namePlace, pick(s, givenNames(sex))+" "+s.surname(),
		phonePlace, s.phone(),
	).Replace(pick(s, notes[about]))
	return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: written}}
}

// shortestWord is how long a piece of a note must be to be looked for.
const shortestWord = 12

// noteWords gives the pieces of the notes around what is filled in.
func noteWords() []string {
	var out []string
	for about := onArrival; about <= onEnding; about++ {
		for _, n := range notes[about] {
			for piece := range strings.SplitSeq(strings.ReplaceAll(n, phonePlace, namePlace), namePlace) {
				if piece = strings.Trim(piece, " .,;:"); len(piece) >= shortestWord {
					out = append(out, piece)
				}
			}
		}
	}
	return out
}
