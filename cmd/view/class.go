package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/spec"
)

// Class is what a plan means for one instance, in one word: the worst that happens to it.
type Class string

// Classes, worst first, which is the order of the text.
const (
	ClassDestroy   Class = "destroy"
	ClassRecreate  Class = "recreate"
	ClassStop      Class = "stop"
	ClassReboot    Class = "reboot"
	ClassLive      Class = "live"
	ClassAdopt     Class = "adopt"
	ClassRelease   Class = "release"
	ClassCreate    Class = "create"
	ClassBlocked   Class = "blocked"
	ClassUnchanged Class = "unchanged"
)

func allClasses() []Class {
	return []Class{
		ClassDestroy, ClassRecreate, ClassStop, ClassReboot, ClassLive, ClassAdopt, ClassRelease, ClassCreate, ClassBlocked, ClassUnchanged,
	}
}

// Classify finds the class of an item.
func Classify(item *diff.Item) Class {
	switch {
	case len(item.Blocked) > 0:
		return ClassBlocked
	case item.Action == diff.Noop || len(item.Steps) == 0:
		return ClassUnchanged
	case item.Action == diff.Create:
		return ClassCreate
	case item.Action == diff.Release:
		return ClassRelease
	case item.Risk() == spec.Destroy:
		return ClassDestroy
	case item.Risk() == spec.Recreate:
		return ClassRecreate
	case item.Risk() == spec.Stop:
		return ClassStop
	case item.Risk() == spec.Reboot:
		return ClassReboot
	case item.Action == diff.Adopt:
		return ClassAdopt
	}
	return ClassLive
}

// symbolClass is the class whose symbol an item gets: what goes without data being lost, a firewall rule, is taken away all the same.
func symbolClass(item *diff.Item, class Class) Class {
	if class == ClassLive && item.Action == diff.Destroy {
		return ClassDestroy
	}
	return class
}

// symbol stands before the name of an item and works without colour.
func (s Style) symbol(class Class) string {
	switch class {
	case ClassDestroy:
		return s.paint(red, "-")
	case ClassRecreate:
		if s.Unicode {
			return s.paint(red, "±")
		}
		return s.paint(red, "-/+")
	case ClassStop:
		return s.paint(yellow, "#")
	case ClassReboot:
		return s.paint(yellow, "!")
	case ClassLive:
		return s.paint(cyan, "~")
	case ClassAdopt:
		return s.paint(cyan, "@")
	case ClassRelease:
		return s.paint(cyan, "<")
	case ClassCreate:
		return s.paint(green, "+")
	case ClassBlocked:
		return s.paint(red, "x")
	}
	return " "
}

// LosesData reports whether any step or change of an item is marked DATA.
func LosesData(item *diff.Item) bool {
	return slices.Contains(itemMarks(item), spec.MarkData)
}

// LosesDataStep reports whether a step is marked DATA.
func LosesDataStep(step diff.Step) bool { return slices.Contains(step.Marks, spec.MarkData) }

// itemMarks lists the marks of an item's steps and changes, without repetition.
func itemMarks(item *diff.Item) []spec.Mark {
	marks := []spec.Mark{}
	for _, step := range item.Steps {
		marks = append(marks, step.Marks...)
	}
	for _, change := range item.Changes {
		marks = append(marks, change.Marks...)
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// Verdict is the one line that says how bad a plan is, such as "2 live, 1 DESTROYS DATA, 6 unchanged".
func Verdict(plan *diff.Plan) string {
	counts, lossy := map[Class]int{}, 0
	for _, item := range plan.Items {
		class := Classify(item)
		if class != ClassBlocked && LosesData(item) {
			lossy++
			continue
		}
		counts[class]++
	}
	var parts []string
	for _, class := range []Class{ClassCreate, ClassAdopt, ClassRelease, ClassLive, ClassReboot, ClassStop, ClassRecreate, ClassDestroy} {
		if counts[class] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[class], class))
		}
	}
	switch {
	case lossy == 1:
		parts = append(parts, "1 DESTROYS DATA")
	case lossy > 1:
		parts = append(parts, fmt.Sprintf("%d DESTROY DATA", lossy))
	}
	for _, class := range []Class{ClassUnchanged, ClassBlocked} {
		if counts[class] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[class], class))
		}
	}
	if len(parts) == 0 {
		return "no instances"
	}
	return strings.Join(parts, ", ")
}
