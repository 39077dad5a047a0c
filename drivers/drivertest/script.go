package drivertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// Mark is the tag that every instance of the suite carries; its value is the case's own token.
const Mark = "specadm-contract"

// A step is one line of a case: a command with what it must answer, or a look with what it must show.
type step interface{ play(s *script) }

type steps []step

// stepFunc is a step made of a function.
type stepFunc func(s *script)

func (f stepFunc) play(s *script) { f(s) }

// script is a case being played.
//
// Text in steps may hold words, which are a dollar sign and capitals:
//
//	$U $V               uuid of the instance, and of the other one (see other)
//	$MINE               the filter that selects all instances of the case
//	$POOL $DS           the system's pool; the dataset of the instance, $POOL/$U
//	$IMAGE $LX $ZVOL    images that the node has, with $KERNEL and $ZVOLSIZE (MiB)
//	$TAG $TAG2          nic tags that the node has
//	$MAC1..$MAC9        MAC addresses of the case
//	$NET $PRIV          three octets of a public and of a private network of the case
//	$NIC1..$NIC9        members of nic N: its MAC, $TAG, and the address $NET.N/24
//	$PORT $PORT2        numbers of ports
//	$KVM0.. $BHYVE0..   path of disk N of an instance of that brand
//	$TMP                a directory for files
type script struct {
	t          testing.TB
	node       Node
	words      map[string]string
	created    []string // uuids
	ownNode    bool     // the node ends with the case
	events     *eventStream
	transcript []string
}

func newScript(t testing.TB, node Node, stock Stock, number int) *script {
	s := &script{t: t, node: node, words: map[string]string{}}
	s.settle(stock, number)
	return s
}

// settle gives the script its words.
func (s *script) settle(stock Stock, number int) {
	maps.Copy(s.words, stock)
	token := fmt.Sprintf("%d-%08x", number, rand.Uint32())
	s.words["U"], s.words["V"] = uuid.NewString(), uuid.NewString()
	s.words["MARK"] = token
	s.words["MINE"] = "tags." + Mark + "=" + token
	// 198.18.0.0/15 is set aside for tests between networks; as far as vmadm knows it is public.
	s.words["NET"] = fmt.Sprintf("198.%d.%d", 18+number/200%2, number%200)
	s.words["PRIV"] = fmt.Sprintf("10.%d.%d", 200+number/200%50, number%200)
	s.words["PORT"], s.words["PORT2"] = strconv.Itoa(20000+2*number), strconv.Itoa(20001+2*number)
	for i := 1; i <= 9; i++ {
		s.words[fmt.Sprintf("MAC%d", i)] = fmt.Sprintf("02:%02x:%02x:%02x:%02x:%02x", rand.N(255)+1, rand.N(255)+1, number/250+1, number%250+1, i)
	}
}

var word = regexp.MustCompile(`\$[A-Z][A-Z0-9]*`)

// expand replaces the words of a text. A word that the node's stock lacks skips the case.
func (s *script) expand(text string) string {
	return word.ReplaceAllStringFunc(text, func(match string) string {
		name := match[1:]
		if value, ok := s.words[name]; ok {
			return value
		}
		digit := name[len(name)-1:]
		switch strings.TrimRight(name, "0123456789") {
		case "DS":
			return s.expand("$POOL/$U")
		case "NIC":
			return s.expand(`"mac":"$MAC` + digit + `","nic_tag":"$TAG","ips":["$NET.` + digit + `/24"]`)
		case "KVM":
			return s.expand("/dev/zvol/rdsk/$POOL/$U-disk" + digit)
		case "BHYVE":
			if name != "BHYVE" {
				return s.expand("/dev/zvol/rdsk/$POOL/$U/disk" + digit)
			}
		case "TMP":
			s.words["TMP"] = s.t.TempDir()
			return s.words["TMP"]
		}
		s.t.Skipf("the node has no %s", wordMeaning(name))
		return ""
	})
}

// lab returns the powers of a simulated node, or skips the case.
func (s *script) lab(power string) Lab {
	if s.node.Lab == nil {
		s.t.Skipf("only a lab can %s", power)
	}
	return s.node.Lab
}

// decode reads JSON of a case, after expanding its words.
func (s *script) decode(text string) any {
	s.t.Helper()
	var value any
	if err := json.Unmarshal([]byte(s.expand(text)), &value); err != nil {
		s.t.Fatalf("the case holds broken JSON: %v in %s", err, text)
	}
	return value
}

// decodeObject is decode for an object.
func (s *script) decodeObject(text string) map[string]any {
	s.t.Helper()
	object, ok := s.decode(text).(map[string]any)
	if !ok {
		s.t.Fatalf("the case needs a JSON object, not %s", text)
	}
	return object
}

// encode is the JSON text of a value, without escaping what only browsers mind.
func encode(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprintf("%v (%v)", value, err)
	}
	return strings.TrimSpace(text.String())
}

// cleanUp deletes every instance that the case made, whatever became of it.
func (s *script) cleanUp() {
	if s.ownNode {
		return
	}
	for _, uuid := range slices.Backward(s.created) {
		s.remove(uuid)
	}
}

// remove deletes an instance, or a dataset that a create left behind without one.
func (s *script) remove(uuid string) {
	dataset := s.words["POOL"] + "/" + uuid
	found := s.run(run{program: "vmadm", args: []string{"get", uuid}})
	if found.exit != 0 {
		if s.run(run{program: "zfs", args: []string{"list", dataset}}).exit == 0 {
			s.run(run{program: "zfs", args: []string{"destroy", "-r", dataset}})
		}
		return
	}
	var object map[string]any
	if err := json.Unmarshal(found.stdout, &object); err != nil {
		s.t.Errorf("cannot read instance %s to clean up: %v", uuid, err)
	}
	for _, flag := range []string{"indestructible_zoneroot", "indestructible_delegated"} {
		if object[flag] == true {
			s.run(run{program: "vmadm", args: []string{"update", uuid, flag + "=false"}})
		}
	}
	if deleted := s.run(run{program: "vmadm", args: []string{"delete", uuid}}); deleted.exit != 0 {
		s.t.Errorf("cannot clean up instance %s: %s", uuid, deleted.stderr)
	}
}

// afterwards runs a call at the end of the case, before its instances are deleted, for what the case may leave behind besides them. Its
// answer does not matter.
func afterwards(c call) step {
	return stepFunc(func(s *script) {
		r := c.prepare(s)
		s.t.Cleanup(func() { s.run(r) })
	})
}
