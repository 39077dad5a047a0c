package view

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specadm/specadm/spec"
)

// sarif is a log in the Static Analysis Results Interchange Format 2.1.0 (OASIS), as far as it is used here.
type sarif struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string     `json:"id"`
	Short *sarifText `json:"shortDescription,omitempty"`
	Full  *sarifText `json:"fullDescription,omitempty"`
	Help  *sarifText `json:"help,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int        `json:"startLine"`
	StartColumn int        `json:"startColumn,omitempty"`
	EndLine     int        `json:"endLine,omitempty"`
	EndColumn   int        `json:"endColumn,omitempty"` // the one after the last, as in a spec.Position
	Snippet     *sarifText `json:"snippet,omitempty"`
}

// newSARIF makes a log with one run. Its rules are the codes that occur.
func newSARIF(remarks []remark, tool Tool) sarif {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{
		Name: "specadm", Version: tool.Version, InformationURI: "https://github.com/specadm/specadm", Rules: []sarifRule{},
	}
	indexes := map[string]int{}
	for _, r := range remarks {
		index, ok := indexes[r.code]
		if !ok {
			index = len(indexes)
			indexes[r.code] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(r.code))
		}
		text := r.text
		if !strings.HasSuffix(r.title, r.code) { // the rule says it already
			text = r.title + ": " + text
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: r.code, RuleIndex: index, Level: sarifLevel(r.level), Message: sarifText{visible(text)}, Locations: sarifLocations(r),
		})
	}
	return sarif{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

func newSARIFRule(name string) sarifRule {
	rule := sarifRule{ID: name}
	all := spec.Codes()
	if i := slices.IndexFunc(all, func(c spec.Code) bool { return c.Name == name }); i >= 0 {
		rule.Short = &sarifText{all[i].Title}
		rule.Full = &sarifText{all[i].Text}
		rule.Help = &sarifText{all[i].Text + " See: specadm explain " + name}
	}
	return rule
}

func sarifLevel(l level) string {
	switch l {
	case levelError:
		return "error"
	case levelWarning:
		return "warning"
	}
	return "note"
}

func sarifLocations(r remark) []sarifLocation {
	if r.place.File == "" {
		return []sarifLocation{}
	}
	physical := sarifPhysical{Artifact: sarifArtifact{fileURI(r.place.File)}}
	if r.place.Line > 0 {
		physical.Region = &sarifRegion{
			StartLine: r.place.Line, StartColumn: r.place.Column, EndLine: r.place.EndLine, EndColumn: r.place.EndColumn,
		}
		if r.snippet != "" {
			physical.Region.Snippet = &sarifText{visible(r.snippet)}
		}
	}
	return []sarifLocation{{physical}}
}

// fileURI is a relative reference for a relative path, so that it is taken from the root of the sources.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if strings.HasPrefix(path, "/") {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}
