package spec

import (
	"regexp"
	"strings"
)

// secretKey matches keys of metadata maps that by their name hold a secret: passwords as the platform's images use them (root_pw),
// tokens, and private SSH host keys. Public keys do not match.
var secretKey = regexp.MustCompile(`(?i)(^|[^a-z])pw$|passw(or)?d|passphrase|secret|token|credential|private[-_]?key|api[-_]?key|^ssh_host_.*key$`)

// Secret reports whether the value at a path must never be shown. The path is a property ("vnc_password"), an entry of a map
// ("customer_metadata.root_pw"), or a member of an element ("disks.*.path", "nics[MAC].ips").
func (t *Table) Secret(path string) bool {
	if row, ok := t.byName[path]; ok {
		return row.Secret
	}
	property, key, ok := strings.Cut(path, ".")
	if !ok {
		return false
	}
	row, ok := t.byName[property]
	return ok && row.Kind == Map && row.Type == Flat && secretKey.MatchString(key)
}
