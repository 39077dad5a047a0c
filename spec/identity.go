package spec

import (
	"crypto/sha1"
	"fmt"
	"regexp"
	"strconv"
)

// DefaultOwner owns the manifests of a repository that has no document of kind Repository.
const DefaultOwner = "default"

// identityNamespace is the namespace of the uuids that specadm derives. It must never change: every instance would get another uuid.
const identityNamespace = "\x5b\x0e\x2a\x6d\x0c\x8f\x4e\x0b\x9a\x57\x6b\x1d\x3f\x92\xc4\xe1"

// DeriveUUID gives the uuid (version 5) of an instance whose manifest names none. It follows from owner, name and generation alone, so
// that an instance whose creation was interrupted is recognised and never made twice.
func DeriveUUID(owner, name string, generation int) string {
	hash := sha1.New()
	hash.Write([]byte(identityNamespace + owner + "\x00" + name + "\x00" + strconv.Itoa(generation)))
	id := hash.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// nameForm is what metadata.name and the owner look like.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
