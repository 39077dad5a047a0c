package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/specadm/specadm/spec"
)

// Members prints what an element of a collection is made of, one line for each member; nothing for other properties.
func Members(w io.Writer, table *spec.Table, collection string) error {
	members := table.Members(collection)
	if len(members) == 0 {
		return nil
	}
	var out strings.Builder
	out.WriteString("\nmembers of an element:\n")
	for _, member := range members {
		fmt.Fprintf(&out, "  %-24s %s\n", member.BaseName(), member.Doc)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
