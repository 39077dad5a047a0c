package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/specadm/specadm/spec"
)

// Aside is a difference that a rule of the manifest leaves as it is.
type Aside struct {
	Change
	Rule spec.Rule
}

// setAside takes the differences out that rules leave as they are. Everything that comes after sees only the rest.
func (x *comparison) setAside() {
	leave := func(path string) bool { return x.ruleOf(path).Mode != spec.ModeEnforce }
	for _, e := range x.edits {
		if leave(e.Path) {
			x.item.aside(e.Change, x.ruleOf(e.Path))
			x.left = append(x.left, e.Path)
		}
	}
	x.edits = slices.DeleteFunc(x.edits, func(e edit) bool { return leave(e.Path) })
	x.blocked = slices.DeleteFunc(x.blocked, func(r Reason) bool { return r.Path != "" && leave(r.Path) })
	for _, rule := range x.item.Manifest.Policy.Rules {
		if rule.Expired(x.opts.Now) && slices.ContainsFunc(x.edits, func(e edit) bool {
			return rule.Fits(e.Path)
		}) {
			x.item.Notes = append(x.item.Notes, Reason{
				Code: CodeExpired, Path: rule.Path, Origin: rule.Source,
				Text: fmt.Sprintf("the rule for %s expired at %s, so the manifest counts again", rule.Path, rule.Expires.Format(time.DateOnly)),
			})
		}
	}
}

func (x *comparison) ruleOf(path string) spec.Rule {
	return x.item.Manifest.Policy.RuleOf(path, x.opts.Now)
}

// aside records a difference that stays. With mode once there is nothing to tell: the manifest does not speak of the instance any more.
func (i *Item) aside(change Change, rule spec.Rule) {
	if rule.Mode != spec.ModeOnce {
		i.Aside = append(i.Aside, Aside{change, rule})
	}
}

// leaveAlone does nothing to an instance whose policy.mode says so, whatever differs.
func (c *computer) leaveAlone(item *Item) {
	rule := item.Manifest.Policy.RuleOf("", c.opts.Now)
	if rule.Mode == spec.ModeEnforce {
		return
	}
	for _, change := range item.Changes {
		item.aside(change, rule)
	}
	slices.SortStableFunc(item.Aside, func(a, b Aside) int { return strings.Compare(a.Path, b.Path) })
	item.Changes, item.Steps, item.Notes = nil, nil, nil
	item.Blocked = slices.DeleteFunc(item.Blocked, func(r Reason) bool { return r.Code == CodeCannotConverge })
}
