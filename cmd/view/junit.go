package view

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/reconcile"
	"github.com/specadm/specadm/spec"
)

// junit is a test report as CI systems read it: one suite with one case for each instance. It keeps to what all of them understand.
type junit struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Hostname string      `xml:"hostname,attr,omitempty"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Skipped   *junitMessage `xml:"skipped"`
	Failure   *junitMessage `xml:"failure"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// newJUnit counts the cases. The words name the suite, such as "specadm", "plan", "cn1".
func newJUnit(hostname string, took time.Duration, cases []junitCase, words ...string) *junit {
	report := &junit{Name: strings.Join(words, " "), Tests: len(cases)}
	report.Suite = junitSuite{Name: report.Name, Hostname: hostname, Tests: len(cases), Time: seconds(took), Cases: cases}
	for i := range cases {
		c := &cases[i]
		c.ClassName = strings.Join(words, ".")
		c.Output = visible(c.Output)
		if c.Time == "" {
			c.Time = seconds(0)
		}
		if c.Failure != nil {
			c.Failure.Text = visible(c.Failure.Text)
			report.Failures++
		}
		if c.Skipped != nil {
			report.Suite.Skipped++
		}
	}
	report.Suite.Failures = report.Failures
	return report
}

func (j *junit) write(w io.Writer) error {
	text, err := xml.MarshalIndent(j, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write the test report: %w", err)
	}
	return writeText(w, xml.Header+string(text)+"\n")
}

func seconds(took time.Duration) string { return fmt.Sprintf("%.3f", took.Seconds()) }

// planJUnit has a case for each instance of a plan: blocked and invalid ones fail, those of which something is held are skipped. What
// would be done is the output. Findings that belong to no instance are cases of their own, named by their file.
func planJUnit(plan *diff.Plan, options PlanOptions) *junit {
	options.Summary = false
	cases := orphanCases(plan.Findings)
	for _, item := range plan.Items {
		c := junitCase{Name: item.Name}
		class := Classify(item)
		text := &planText{options: options}
		text.item(item)
		body := strings.TrimLeft(text.out.String(), "\n")
		switch {
		case class == ClassBlocked && Broken(item.Blocked):
			c.Failure = findingFailure(findingsOf(plan.Findings, item.Name))
		case class == ClassBlocked:
			c.Failure = &junitMessage{Message: oneLine(item.Blocked[0].Text, 300), Type: item.Blocked[0].Code, Text: body}
		case class == ClassUnchanged:
		default:
			c.Output = body
			if allowed := reconcile.Allowed(item, options.MaxRisk); slices.Contains(allowed, false) {
				c.Skipped = &junitMessage{Message: "held without " + permission(item, allowed)}
			}
		}
		cases = append(cases, c)
	}
	return newJUnit(plan.Node.Hostname, 0, cases, "specadm", "plan", plan.Node.Hostname)
}

// findingsJUnit has a case for each manifest; one with an error fails, warnings are its output.
func findingsJUnit(repository *spec.Repository) *junit {
	cases := orphanCases(repository.Findings)
	for _, manifest := range repository.Manifests {
		c := junitCase{Name: manifest.Name}
		findings := findingsOf(repository.Findings, manifest.Name)
		switch {
		case spec.HasErrors(findings):
			c.Failure = findingFailure(findings)
		case len(findings) > 0:
			c.Output = findingFailure(findings).Text
		}
		cases = append(cases, c)
	}
	return newJUnit("", 0, cases, "specadm", "validate")
}

// orphanCases are a case for each file with findings that belong to no manifest.
func orphanCases(findings []spec.Finding) []junitCase {
	var cases []junitCase
	for _, file := range byFile(findingsOf(findings, "")) {
		c := junitCase{Name: file[0].File}
		if c.Name == "" {
			c.Name = "manifests"
		}
		if message := findingFailure(file); spec.HasErrors(file) {
			c.Failure = message
		} else {
			c.Output = message.Text
		}
		cases = append(cases, c)
	}
	return cases
}

// findingsOf are the findings about one manifest; "": about none.
func findingsOf(findings []spec.Finding, name string) []spec.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f spec.Finding) bool { return f.Item != name })
}

// findingFailure has the first error, else the first finding, as its message, and all of them as its text.
func findingFailure(findings []spec.Finding) *junitMessage {
	message := &junitMessage{Message: "its manifest has errors", Type: diff.CodeBroken}
	var text strings.Builder
	for i, finding := range findings {
		writeFinding(&text, finding, Style{})
		if i == 0 || finding.Severity == spec.Error && !spec.HasErrors(findings[:i]) {
			message.Message, message.Type = oneLine(finding.Message, 300), finding.Code
		}
	}
	message.Text = text.String()
	return message
}

// outcomeJUnit has a case for each instance: failed and blocked ones fail, held and skipped ones are skipped.
func outcomeJUnit(outcome *reconcile.Outcome) *junit {
	var cases []junitCase
	var all time.Duration
	for _, item := range outcome.Items {
		var took time.Duration
		for _, step := range item.Steps {
			took += step.Took
		}
		all += took
		var body strings.Builder
		writeItem(&body, item, Style{})
		for _, warning := range item.Warnings {
			fmt.Fprintf(&body, "warning    %s\n", warning)
		}
		c := junitCase{Name: item.Name, Time: seconds(took)}
		message := &junitMessage{Message: oneLine(causeText(item), 300), Type: string(item.Result), Text: body.String()}
		switch item.Result {
		case reconcile.Failed, reconcile.Blocked:
			c.Failure = message
		case reconcile.Held, reconcile.Skipped:
			c.Skipped = &junitMessage{Message: message.Message}
			c.Output = message.Text
		case reconcile.Changed:
			c.Output = message.Text
		}
		cases = append(cases, c)
	}
	if outcome.Err != nil {
		cases = append(cases, junitCase{Name: "the run as a whole", Failure: &junitMessage{
			Message: oneLine(outcome.Err.Error(), 300), Type: "error", Text: outcome.Err.Error(),
		}})
	}
	hostname := outcome.Found.Node.Hostname
	return newJUnit(hostname, all, cases, "specadm", "apply", hostname)
}
