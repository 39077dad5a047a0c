package spec

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const policyHead = `apiVersion: specadm/v1
kind: Instance
metadata: {name: web0, formerly: [www]}
spec: {brand: joyent, image_uuid: 01b2c898-945f-11e1-a523-af1afbe22822}
policy:
`

func TestPolicyIsRead(t *testing.T) {
	t.Parallel()
	repository := Parse("a.yaml", []byte(policyHead+`  mode: warn
  fields: {image_uuid: once, nics.ips: ignore}
  ignore:
  - {path: quota, reason: grown by hand, expires: 2027-01-31}
  - path: tags.role
  protect: hold
  grace: 2d
`), LoadOptions{})
	if len(repository.Findings) > 0 {
		t.Fatal(repository.Findings)
	}
	two := 48 * time.Hour
	want := Policy{
		Rules: []Rule{
			{Mode: ModeWarn}, {Path: "image_uuid", Mode: ModeOnce}, {Path: "nics.ips", Mode: ModeIgnore},
			{Path: "quota", Mode: ModeIgnore, Reason: "grown by hand", Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)},
			{Path: "tags.role", Mode: ModeIgnore},
		},
		Protect: ProtectHold, Grace: &two,
	}
	if d := cmp.Diff(want, repository.Manifests[0].Policy, cmpopts.IgnoreFields(Rule{}, "Source")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"www"}, repository.Manifests[0].Formerly); d != "" {
		t.Error(d)
	}
}

func TestPolicyMistakesAreFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mode: warm":                            "6:9 SA1205 policy.mode \"warm\" is not a mode; write warn",
		"fields: {quotas: warn}":                "6:12 SA1205 policy.fields.quotas names \"quotas\", which is no property of an instance; write quota",
		"fields: {nics.ip_s: warn}":             "6:12 SA1205 policy.fields.nics.ip_s names \"ip_s\", which nics does not have; write nics.ips",
		"ignore: [{reason: x}]":                 "6:12 SA1205 policy.ignore.0 has no path; write path: PROPERTY, such as quota, tags.role or nics.ips",
		"ignore: [{path: ram, expires: later}]": "6:33 SA1205 policy.ignore.0.expires must be a date such as 2027-01-31; ",
		"ignore: quota":                         "6:11 SA1205 policy.ignore must be a list, such as [{path: quota, reason: grown by hand, expires: 2027-01-31}]; ",
		"protect: maybe":                        "6:12 SA1205 policy.protect must be true, false or hold; ",
		"grace: -1h":                            "6:10 SA1205 policy.grace must be a time such as 7d, 12h or 0; ",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			repository := Parse("a.yaml", []byte(policyHead+"  "+text+"\n"), LoadOptions{})
			if len(repository.Findings) != 1 {
				t.Fatalf("found %v", repository.Findings)
			}
			f := repository.Findings[0]
			if got := fmt.Sprintf("%d:%d %s %s; %s", f.Line, f.Column, f.Code, f.Message, f.Suggestion); got != want {
				t.Errorf("found %s\n want %s", got, want)
			}
		})
	}
}

func TestTheMostPreciseRuleCounts(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	policy := Policy{Rules: []Rule{
		{Mode: ModeWarn},
		{Path: "nics", Mode: ModeOnce},
		{Path: "nics.ips", Mode: ModeIgnore},
		{Path: "nics[02:08:20:00:00:01].ips", Mode: ModeEnforce},
		{Path: "tags.a.b", Mode: ModeIgnore},
		{Path: "quota", Mode: ModeIgnore, Expires: now},
	}}
	for path, want := range map[string]Mode{
		"ram": ModeWarn, "nics[x]": ModeOnce, "nics[x].vlan_id": ModeOnce, "nics[x].ips": ModeIgnore,
		"nics[02:08:20:00:00:01].ips": ModeEnforce, "tags.a.b": ModeIgnore, "tags.a": ModeWarn, "quota": ModeWarn,
	} {
		if got := policy.RuleOf(path, now).Mode; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := (Policy{}).RuleOf("ram", now).Mode; got != ModeEnforce {
		t.Errorf("without rules: %s", got)
	}
	for _, path := range []string{"nics.*.ips", "nics[*].ips"} {
		if got := (Policy{Rules: []Rule{{Path: path, Mode: ModeIgnore}}}).RuleOf("nics[x].ips", now).Mode; got != ModeIgnore {
			t.Errorf("%s does not fit nics[x].ips", path)
		}
	}
}
