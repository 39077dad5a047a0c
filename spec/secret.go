package spec

import "strings"

// secretName reports whether a key of a metadata map by its name holds a secret: passwords as the platform's images use them (root_pw),
// tokens, and private keys. It is asked for every key that is read, so it is no regular expression.
func secretName(key string) bool {
	key = strings.ToLower(key)
	if strings.HasSuffix(key, "key") { // ssh_host_rsa_key, but not root_authorized_keys nor ssh_host_rsa_key.pub
		for _, kind := range []string{"ssh_host_", "private", "api", "secret"} {
			if strings.Contains(key, kind) {
				return true
			}
		}
	}
	if before, ok := strings.CutSuffix(key, "pw"); ok && (before == "" || before[len(before)-1] < 'a' || before[len(before)-1] > 'z') {
		return true
	}
	for _, word := range []string{"passw", "passphrase", "secret", "token", "credential", "private_key", "private-key", "privatekey"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

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
	return ok && row.Kind == Map && row.Type == Flat && secretName(key)
}
