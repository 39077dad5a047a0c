package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// PlanOptions says how a plan is shown.
type PlanOptions struct {
	Style   Style
	Full    bool          // also unchanged instances and what no manifest claims
	Summary bool          // one line for each instance
	Partial string        // what the plan is limited to, such as "3 of 20 items"; "": nothing
	Base    *BaseDocument // the version of the manifests that the plan was compared with; nil: none
	Against string        // what the plan was made against, such as "against node.json, taken 3 h ago"; "": the node
	Source  string        // what was read, such as "manifests (7 files)"
	Next    string        // the command line that applies this plan; "": none is suggested

	MaxRisk *spec.Risk // what this run may disturb; nil: not given
}

// Plan prints a plan for people: where, the verdict, the instances worst first with a line for each difference, what was left
// out, and the next command.
func Plan(w io.Writer, plan *diff.Plan, options PlanOptions) error {
	text := &planText{options: options, style: options.Style}
	text.header(plan)
	if options.Base == nil {
		text.items(plan)
	} else {
		text.sections(plan)
	}
	text.reports(plan.Reports)
	text.footer(plan)
	_, err := io.WriteString(w, text.out.String())
	return err
}

type planText struct {
	out     strings.Builder
	options PlanOptions
	style   Style
}

func (t *planText) line(format string, args ...any) {
	t.out.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (t *planText) items(plan *diff.Plan) {
	if t.options.Summary && t.options.Base == nil {
		t.line("")
	}
	for _, item := range worstFirst(plan.Items) {
		if Classify(item) != ClassUnchanged || tells(item) || t.options.Full {
			t.item(item)
		}
	}
}

func (t *planText) header(plan *diff.Plan) {
	if t.options.Partial != "" {
		t.line("%s", t.style.paint(yellow, "partial: "+t.options.Partial))
	}
	for _, line := range t.style.wrap(factsText(plan, t.options), 0) {
		t.line("%s", line)
	}
	if t.options.Against != "" {
		t.line("%s", t.style.paint(yellow, t.options.Against))
	}
	if t.options.Base == nil {
		t.line("%s", t.style.paint(bold, Verdict(plan)))
	} else {
		t.line("compared with %s", t.options.Base.Text())
	}
}

// factsText says what a plan was made from.
func factsText(plan *diff.Plan, options PlanOptions) string {
	parts := []string{"node " + plan.Node.Hostname}
	if plan.Node.Platform != "" {
		parts = append(parts, "platform "+plan.Node.Platform)
	}
	parts = append(parts, "owner "+plan.Owner)
	if options.Source != "" {
		parts = append(parts, options.Source)
	}
	return strings.Join(parts, ", ")
}

// worstFirst orders by class, then name.
func worstFirst(items []*diff.Item) []*diff.Item {
	order := map[Class]int{}
	for i, class := range allClasses() {
		order[class] = i
	}
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b *diff.Item) int {
		if d := order[Classify(a)] - order[Classify(b)]; d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return sorted
}

func (t *planText) item(item *diff.Item) {
	class := Classify(item)
	title := t.style.paint(bold, item.Name)
	switch {
	case item.Brand != "":
		title += " (" + string(item.Brand) + ")"
	case item.Kind != spec.KindInstance:
		title += " (" + item.Kind.Words() + ")"
	}
	if what := t.actionText(item, class); what != "" {
		title += ": " + what
	}
	if marks := itemMarks(item); len(marks) > 0 && class != ClassBlocked {
		title += " " + t.style.paint(red, markText(marks))
	}
	title = t.style.symbol(symbolClass(item, class)) + " " + title
	if t.options.Summary {
		t.line("%s", t.style.cutLine(title))
		return
	}
	t.line("")
	t.line("%s", title)

	for _, reason := range item.Blocked {
		t.reason(reason)
	}
	if class != ClassBlocked {
		t.pending(item)
	}
	t.changes(item, class)
	for _, reason := range item.Notes {
		t.reason(reason)
	}
	if len(item.Foreign) > 0 {
		for _, line := range t.style.wrap("not managed: "+strings.Join(item.Foreign, ", "), 4) {
			t.line("    %s", line)
		}
	}
}

// actionText names what is run, in order, such as "import 01b2c898-..., create", and which of it waits for permission.
func (t *planText) actionText(item *diff.Item, class Class) string {
	switch class {
	case ClassBlocked:
		return "blocked"
	case ClassUnchanged:
		if len(item.Aside) > 0 {
			return "left as it is"
		}
		return "unchanged"
	}
	var verbs []string
	allowed := reconcile.Allowed(item, t.options.MaxRisk)
	for i, step := range item.Steps {
		text := verbText(step)
		if last := i+1 == len(allowed) || allowed[i+1]; !allowed[i] && last {
			text += t.style.paint(yellow, " (held without "+permission(item, allowed)+")")
		}
		verbs = append(verbs, text)
	}
	text := strings.Join(verbs, ", ")
	if item.Action == diff.Adopt {
		text = "adopt, " + text
	}
	return text
}

// permission is what would let the steps run that are not allowed: a flag, or a line of the manifest that forbids them.
func permission(item *diff.Item, allowed []bool) string {
	risk := spec.Live
	for i, step := range item.Steps {
		if !allowed[i] {
			risk = max(risk, step.Risk)
		}
	}
	if item.Manifest != nil && item.Manifest.Policy.MaxRisk != nil && *item.Manifest.Policy.MaxRisk < risk {
		return "policy.maxRisk: " + risk.String()
	}
	return "--max-risk " + risk.String()
}

// verbText is a step in a few words; what it works on only where that is not the instance itself.
func verbText(step diff.Step) string {
	switch step.Verb {
	case diff.VerbImport, diff.VerbZFSCreate, diff.VerbZFSSet, diff.VerbZFSInherit:
		return string(step.Verb) + " " + step.Target
	case diff.VerbAddRule, diff.VerbUpdateRule, diff.VerbDeleteRule, diff.VerbDeleteImage:
		_, word, _ := strings.Cut(string(step.Verb), " ")
		return word
	case diff.VerbSnapshot, diff.VerbDeleteSnapshot:
		return string(step.Verb) + " " + step.Options[diff.OptionSnapshot]
	}
	return string(step.Verb)
}

// pending says what an earlier run has stored and the instance does not have yet.
func (t *planText) pending(item *diff.Item) {
	changed := map[string]bool{}
	for _, change := range item.Changes {
		changed[change.Path] = true
	}
	var waiting []string
	for _, step := range item.Steps {
		if step.Verb != diff.VerbReboot {
			continue
		}
		for _, path := range step.Paths {
			if !changed[path] {
				waiting = append(waiting, path)
			}
		}
	}
	if len(waiting) > 0 {
		t.line("    reboot pending: %s", strings.Join(waiting, ", "))
	}
}

func markText(marks []spec.Mark) string {
	var texts []string
	for _, mark := range marks {
		switch mark {
		case spec.MarkData:
			texts = append(texts, "DESTROYS DATA")
		case spec.MarkNet:
			texts = append(texts, "MAY CUT CONNECTIVITY")
		default:
			texts = append(texts, string(mark))
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// reason prints a sentence below an item, with what to try on a line of its own.
func (t *planText) reason(reason diff.Reason) {
	origin := ""
	if reason.Origin.File != "" {
		origin = " (" + placeText(reason.Origin) + ")"
	}
	for _, line := range t.style.wrap(reason.Text+origin, 4) {
		t.line("    %s", line)
	}
	if reason.Try != "" {
		for _, line := range t.style.wrap("try: "+reason.Try, 4) {
			t.line("    %s", line)
		}
	}
}

// placeText is file:line.
func placeText(p spec.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// reports tells what no manifest claims: a count, or with Full every one.
func (t *planText) reports(reports []diff.Report) {
	if !t.options.Full || len(reports) == 0 {
		return
	}
	t.line("")
	for _, report := range reports {
		t.line("  %s %s: %s", report.Kind, report.Name, report.Text)
	}
}

// footer says what was left out and what to run next.
func (t *planText) footer(plan *diff.Plan) {
	var hidden []string
	if !t.options.Full {
		unchanged, ignored := 0, 0
		for _, item := range plan.Items {
			if Classify(item) == ClassUnchanged && !tells(item) {
				unchanged++
			}
			for _, aside := range item.Aside {
				if aside.Rule.Mode == spec.ModeIgnore {
					ignored++
				}
			}
		}
		if ignored > 0 {
			hidden = append(hidden, fmt.Sprintf("%d ignored", ignored))
		}
		if unchanged > 0 {
			hidden = append(hidden, fmt.Sprintf("%d unchanged", unchanged))
		}
		if n := len(plan.Reports); n > 0 {
			hidden = append(hidden, fmt.Sprintf("%d not managed", n))
		}
	}
	if len(hidden) > 0 || t.options.Next != "" {
		t.line("")
	}
	if len(hidden) > 0 {
		t.line("%s", t.style.paint(dim, "not shown: "+strings.Join(hidden, ", ")+" (--full shows them)"))
	}
	if t.options.Next != "" {
		t.line("apply with: %s", t.options.Next)
	}
}
