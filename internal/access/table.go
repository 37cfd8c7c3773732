package access

// roles is a set of roles: one row of the table.
type roles uint8

// The roles as members of a set.
const (
	manager roles = 1 << iota
	member
	coordinator
	planner
	reporter
	administrator
)

// The sets that rows are made of.
const (
	// leads answer for a case. Their acts have effects in law or bind money:
	// charge, summons, signatures, closure.
	leads = manager | coordinator
	// team works on a case: finds, meets, supports, evaluates.
	team = leads | member
	// oversight looks at all cases from above, without words.
	oversight = planner | administrator
	everyone  = team | oversight | reporter
)

// table says which roles may call which RPC. A method that has no row is
// denied to everyone; a test compares the rows with the services there are,
// and testdata/roles.txt shows the whole as a matrix.
//
// A row opens a method, not a case: what a caller may do with one case is
// settled by MayRecord, Sees, ReadsFile and ReadsWords.
var table = map[string]map[string]roles{
	"percorsi.intake.v1.IntakeService": {
		"Signal":                 leads | reporter,
		"Apply":                  leads,
		"SignPad":                leads,
		"RecordMeasureDecision":  leads,
		"RecordHousehold":        leads, // sets who has which obligation in ADI
		"RecordNeeds":            team,
		"RecordHousing":          team,
		"AssessEligibility":      leads,
		"TakeInCharge":           leads,
		"Refuse":                 leads,
		"PutOnWaitingList":       leads,
		"AssignCaseManager":      coordinator,
		"AttemptContact":         team,
		"Summon":                 leads, // not to come to a summons may end the benefit
		"RecordMissedSummons":    leads,
		"HoldFirstMeeting":       leads,
		"HoldPeriodicMeeting":    team,
		"SendToEmploymentCentre": leads,
		"SignServicePact":        leads,
		"Refer":                  leads, // a transfer: MayRecord asks for a coordinator
		"AnswerReferral":         leads, // likewise
		"Suspend":                leads,
		"Resume":                 leads,
		"Close":                  leads,
		"Reopen":                 leads,
		"ProposeClosure":         leads,
		"ApproveClosure":         coordinator, // never who proposed it
		"SendBackClosure":        coordinator,
	},
	"percorsi.assessment.v1.AssessmentService": {
		"OpenAssessment":              team,
		"ConcludePreliminaryAnalysis": team,
		"AssessDomain":                team,
		"RecordStrength":              team,
		"ConcludeAssessment":          team,
		"ReviewAssessment":            team,
		"ApproveAssessment":           coordinator, // never who wrote any of it
		"SendBackAssessment":          coordinator,
		"AddTeamMember":               leads, // who joins the team sees the case
		"RemoveTeamMember":            leads,
		"CallMeeting":                 team,
		"HoldMeeting":                 team,
		"CancelMeeting":               team,
		"SettleFollowUp":              team,
		"ConfirmAttendance":           team,
	},
	"percorsi.project.v1.ProjectService": {
		"DraftProject":                leads,
		"SetGoal":                     team,
		"ReachGoal":                   team,
		"DropGoal":                    team,
		"ArrangeSupport":              team,
		"StartSupport":                team,
		"DeliverSupport":              team,
		"StopSupport":                 team,
		"AgreeCommitment":             team,
		"CheckCommitment":             team,
		"SetBudget":                   leads,
		"SignProject":                 leads,
		"RefuseSignature":             leads,
		"ReviseProject":               leads,
		"PlanMonitoring":              leads,
		"MonitorProject":              team,
		"RecordBeneficiaryEvaluation": team,
		"RecordOperatorsEvaluation":   team,
		"RecordMissingEvaluation":     team,
		"ConcludeProject":             leads,
		"SubmitProject":               leads,
		"ApproveProject":              coordinator, // never who wrote any of it
		"SendBackProject":             coordinator,
		"ProposePath":                 leads,
		"SignPathAgreement":           leads,
		"StartPath":                   leads,
		"ExtendPath":                  leads,
		"SuspendPath":                 leads,
		"ResumePath":                  leads,
		"InterruptPath":               leads,
		"RecordAttendance":            team,
		"RecordPayment":               leads,
		"ConcludePath":                leads,
		"FollowUpPath":                team,
	},
	"percorsi.discharge.v1.DischargeService": {
		"ReportDischarge":      leads | reporter, // the ward
		"AssessAdmissibility":  leads,
		"RecordDischarge":      leads | reporter, // the ward
		"ChooseProvider":       leads,
		"RecordFirstAccess":    team | reporter, // the accredited provider
		"DeliverAccess":        team | reporter, // the accredited provider
		"AssignBed":            leads,
		"EnterBed":             team,
		"LeaveBed":             team,
		"ConcludeService":      leads,
		"RecordSixMonthResult": team,
	},
	"percorsi.correction.v1.CorrectionService": {
		"Correct": team | reporter, // which facts: MayCorrect
	},
	"percorsi.casefile.v1.CaseFileService": {
		"GetCase":         everyone, // a reporting body: the outline of its own
		"ListCases":       team | oversight,
		"GetHistory":      team | oversight,
		"CompareVersions": team | oversight,
		"ListClocks":      team,
		"ListTeamFigures": team | oversight,
		"WatchWorklist":   team,
		"WatchCase":       team,
		"Attend":          team,
	},
	"percorsi.person.v1.PersonService": {
		"RegisterPerson":       team | reporter, // who signals must be able to name the person
		"ChangeDetails":        team,            // wrong numbers are found by who dials them
		"GetPerson":            team,
		"FindPersons":          team,
		"FindDuplicates":       team,
		"ListHouseholds":       team,
		"LinkPersons":          leads, // whose cases are read together, and counted as one person's
		"UnlinkPersons":        leads,
		"TellPersonsApart":     team, // changes nothing but what is asked again
		"ListPersonRecords":    team,
		"CorrectPersonRecords": team, // which: MayCorrectPerson
	},
	"percorsi.indicator.v1.IndicatorService": {
		"PublishPlan":        administrator,
		"GetPlan":            everyone,
		"ListFigures":        team | oversight,
		"ExplainFigure":      oversight,
		"RecordActivity":     planner,
		"SupplyFigure":       planner | reporter,
		"CorrectPlanRecords": planner | reporter, // which: MayCorrectPlan
		"ListPlanRecords":    team | oversight | reporter,
	},
	"percorsi.eventlog.v1.EventLogService": {
		"Export":      oversight | coordinator, // personal fields: MayExportPersonal
		"Verify":      administrator,
		"ReadRecords": administrator, // every case at once, sealed as it is
	},
	"percorsi.notice.v1.NoticeService": {
		"ListNotices":  team | reporter | planner, // only what is for them: IsTold
		"WatchNotices": team | reporter | planner,
	},
	"percorsi.projection.v1.ProjectionService": {
		"GetStatus": oversight,
		"Rebuild":   administrator,
		"Reconcile": administrator,
		"Repair":    administrator,
	},
}

// open holds the services that anyone may call without a token: they tell
// whether the server lives and what its API is, which is public.
var open = map[string]bool{
	"grpc.health.v1.Health":                    true,
	"grpc.reflection.v1.ServerReflection":      true,
	"grpc.reflection.v1alpha.ServerReflection": true,
}
