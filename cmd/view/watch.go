package view

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/specadm/specadm/reconcile"
)

// WatchLines prints the events of a watch, one line each.
type WatchLines struct {
	out   io.Writer
	style Style
	json  bool
}

// NewWatchLines makes lines of text, or of JSON objects.
func NewWatchLines(out io.Writer, style Style, json bool) *WatchLines {
	return &WatchLines{out: out, style: style, json: json}
}

// WatchDocument is one event of a watch as JSON.
type WatchDocument struct {
	Schema        string              `json:"schema"`
	SchemaVersion string              `json:"schemaVersion"`
	Time          time.Time           `json:"time"`
	Kind          reconcile.WatchKind `json:"kind"`
	Item          string              `json:"item,omitempty"`
	Text          string              `json:"text,omitempty"`
}

// Event prints one event. A reader that is gone must not keep the node from being watched, so write errors are not looked at.
func (l *WatchLines) Event(event reconcile.WatchEvent) {
	if l.json {
		line, err := json.Marshal(WatchDocument{
			Schema: "specadm/watch", SchemaVersion: "1.0", Time: event.Time.UTC(), Kind: event.Kind, Item: event.Item, Text: event.Text,
		})
		if err == nil { // strings and a time always encode
			fmt.Fprintf(l.out, "%s\n", line)
		}
		return
	}
	text := event.Text
	if event.Item != "" {
		text = event.Item + ": " + text
	}
	fmt.Fprintf(l.out, "%s %s %s\n", event.Time.UTC().Format(time.RFC3339), l.style.paint(kindInk(event.Kind), string(event.Kind)), text)
}

func kindInk(kind reconcile.WatchKind) ink {
	switch kind {
	case reconcile.WatchFailed, reconcile.WatchBroken, reconcile.WatchBlocked:
		return red
	case reconcile.WatchHeld, reconcile.WatchWaiting:
		return yellow
	case reconcile.WatchChanged, reconcile.WatchSettled:
		return green
	}
	return plain
}
