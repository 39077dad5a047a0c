package main

import (
	"encoding/json"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// samePlan A B [NAME...]: two plans as JSON have the same items and digest, but for the causes of changed secrets, which a snapshot does not
// tell. Of the items named all that is said of secrets may differ, and the digest with it.
func cmdSamePlan(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: samePlan A B [NAME...]")
	}
	type plan struct {
		Digest string
		Items  []map[string]any
	}
	var plans [2]plan
	for i := range plans {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[i])), &plans[i]))
		for _, item := range plans[i].Items {
			withoutSecrets(item, slices.Contains(args[2:], item["name"].(string)))
		}
		if len(args) > 2 {
			plans[i].Digest = ""
		}
	}
	if diff := cmp.Diff(plans[0], plans[1]); diff != "" {
		ts.Fatalf("%s (-), %s (+):\n%s", args[0], args[1], diff)
	}
}

func withoutSecrets(item map[string]any, all bool) {
	var changes []any
	moved := false
	for _, one := range item["changes"].([]any) {
		change := one.(map[string]any)
		if change["sensitive"] == true {
			moved, change["cause"] = true, ""
		}
		if all {
			change["cause"] = ""
		}
		if !all || change["sensitive"] == false {
			changes = append(changes, change)
		}
	}
	item["changes"] = changes
	for _, one := range item["operations"].([]any) {
		if operation := one.(map[string]any); moved || all {
			operation["summary"] = "" // it names the causes
			if all {
				operation["paths"] = nil
			}
		}
	}
	if all {
		item["fingerprint"], item["reasons"] = "", nil
	}
}
