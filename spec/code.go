package spec

import (
	"slices"
	"strings"
)

// Code is what is known about one kind of finding.
type Code struct {
	Name     string   // stable: SA and four digits
	Severity Severity // of a manifest; see Dropped and Tolerated
	Title    string   // what is wrong, in a few words
	Text     string   // why it matters and what to do, for explain

	dropped   bool // vmadm create drops it silently: a warning in a plain payload, where it is left out with a word
	tolerated bool // only vmadm validate refuses it, create does not: a warning in whatever is loaded
	atKey     bool // the place is the key, not the value
}

// Codes lists every code in order of name.
func Codes() []Code {
	return slices.Concat(fileCodes(), syntaxCodes(), documentCodes(), propertyCodes(), refusalCodes(), repositoryCodes(), secretCodes())
}

// Explain gives the long text of a property, of a member (nics.*.mac or nics.mac), of a kind of manifest or a property of it (Image,
// Image.zpool), or of a finding's code.
func Explain(name string) (text string, ok bool) {
	for _, code := range Codes() {
		if strings.EqualFold(code.Name, name) {
			return code.Name + " (" + code.Severity.String() + "): " + code.Title + "\n\n" + code.Text + "\n", true
		}
	}
	if text, ok := ExplainKind(name); ok {
		return text, true
	}
	return ExplainProperty(name)
}

// SA10: files that cannot be read.
func fileCodes() []Code {
	return []Code{
		{Name: "SA1001", Severity: Error, Title: "file cannot be read",
			Text: "The file exists but could not be opened or read, or a symbolic link leads nowhere. What it says about its instances is unknown, so nothing that depends on the whole repository, such as pruning, is done."},
		{Name: "SA1002", Severity: Error, Title: "file is over a limit",
			Text: "Manifests are read by a program that runs as root, so there are limits: 64 MiB a file, 100,000 documents a file, 64 levels of nesting, and 10,000 values that aliases add. Real manifests are far below them."},
		{Name: "SA1003", Severity: Error, Title: "file is not text",
			Text: "A manifest is UTF-8 text without control characters. Files in UTF-16 or Latin-1, and binary files with a misleading name, are refused rather than half read."},
		{Name: "SA1004", Severity: Warning, Title: "nothing to read",
			Text: "The path holds no document: no *.yaml, *.yml or *.json file, or only empty ones. Dot files and editor leftovers do not count."},
	}
}

// SA11: what YAML and JSON themselves refuse, and values that are not what they look like.
func syntaxCodes() []Code {
	return []Code{
		{Name: "SA1101", Severity: Error, Title: "YAML cannot be read",
			Text: "The document is not YAML. Only this document is lost; other documents of the file are read."},
		{Name: "SA1102", Severity: Error, Title: "JSON cannot be read",
			Text: "The document is not strict JSON, as vmadm wants it: double quotes around keys and texts, commas between but not after elements, no comments, every brace closed. The rest of the file is not read, since its structure is not known."},
		{Name: "SA1103", Severity: Error, Title: "key stands twice", atKey: true,
			Text: "A key appears twice in one object. Most programs silently take the last one, so a person and a program may read the file differently."},
		{Name: "SA1104", Severity: Error, Title: "YAML 1.1 boolean",
			Text: "The bare words yes, no, on, off, y and n are booleans to some YAML readers and texts to others. Write true or false, or put the word in quotes when it is a text."},
		{Name: "SA1105", Severity: Error, Title: "number is not what it looks like",
			Text: "YAML reads 0512 as octal 330, 1_000 as 1000, 0x10 as 16, and 1e3 as a fraction. Write plain decimal numbers, or quotes around a text of digits."},
		{Name: "SA1106", Severity: Error, Title: "number is too large",
			Text: "Numbers beyond 2^53 lose digits in vmadm, which reads JSON numbers as floating point."},
		{Name: "SA1107", Severity: Error, Title: "key is not a text", atKey: true,
			Text: "Keys are texts. YAML reads a bare true, on, 10 or 1.10 as something else; put such keys in quotes."},
		{Name: "SA1108", Severity: Error, Title: "tab in the indentation",
			Text: "YAML does not allow tabs for indenting. Replace them by spaces."},
		{Name: "SA1109", Severity: Error, Title: "merged key is overridden", atKey: true,
			Text: "A key that comes in through a merge (<<) also stands in the object itself. Which one wins differs between readers; write it once."},
		{Name: "SA1110", Severity: Error, Title: "YAML tag is not known",
			Text: "Only YAML's own tags for text, numbers, booleans and null are understood, not application tags such as !Ref or !vault."},
		{Name: "SA1111", Severity: Error, Title: "typographic quotes",
			Text: "The curly quotes that word processors and web pages make are ordinary letters to YAML and JSON. Replace them by straight quotes."},
		{Name: "SA1112", Severity: Error, Title: "template token",
			Text: "The value holds a token of a template, such as {{ x }}, ${X}, $X, %X% or <X>, that nothing has filled in. specadm has no text templates; fill the file in before it is read. In metadata, where scripts may hold such text, it is only reported when the whole value is one token."},
		{Name: "SA1113", Severity: Error, Title: "alias cannot be followed",
			Text: "An alias (*name) leads to no anchor or back to itself."},
		{Name: "SA1114", Severity: Error, Title: "metadata value wants quotes",
			Text: "The guest reads metadata as text. A bare number or boolean in YAML may be written differently from what the text shows (1.10 becomes 1.1), so metadata values need quotes. A number or boolean that is meant as one, as some tools store them, has its tag: !!int 80, !!bool true."},
	}
}

// SA12: documents that are no manifest, and keys outside the property table.
func documentCodes() []Code {
	return []Code{
		{Name: "SA1201", Severity: Error, Title: "neither a manifest nor a vmadm payload",
			Text: "A document is a manifest (apiVersion, kind, metadata, spec) or a payload as vmadm create reads it. This one is neither. Keep other YAML and JSON files out of the tree, or give specadm the folder of the manifests."},
		{Name: "SA1202", Severity: Error, Title: "unknown apiVersion or kind",
			Text: "apiVersion must be specadm/v1, and kind Instance, Image, FirewallRule or Repository. A document of an unknown kind is never skipped silently, since a misspelt kind would look like an instance that left the repository."},
		{Name: "SA1203", Severity: Error, Title: "unknown property", dropped: true, atKey: true,
			Text: "vmadm does not know the property. In an update it would drop it silently and report success; in a plain payload this is a warning, because vmadm create does the same, and the property has no effect. Property names are lower case with underscores."},
		{Name: "SA1204", Severity: Error, Title: "manifest has no usable name",
			Text: "metadata.name must be a text of letters, digits, dots, dashes and underscores, at most 128 characters. The name of a payload is its alias, else its hostname, else its uuid."},
		{Name: "SA1205", Severity: Error, Title: "field has the wrong form",
			Text: "A field of the manifest outside the properties of the platform (metadata, policy, state, zfs) has a value of the wrong type or one that is not allowed."},
		{Name: "SA1206", Severity: Error, Title: "unknown field", atKey: true,
			Text: "A manifest has apiVersion, kind, metadata (name, node, labels, generation, formerly), spec and policy (maxRisk, adopt, mode, fields, ignore, protect, grace). Properties belong below spec, for each kind its own; specadm explain KIND lists them."},
		{Name: "SA1207", Severity: Error, Title: "update payload", atKey: true,
			Text: "The document holds operations of vmadm update, such as add_nics or set_tags. A manifest says how the instance shall be, not what to do: write the whole list below nics, disks, filesystems or pci_devices, and the keys that matter below tags, customer_metadata, internal_metadata or routes. specadm works out the operations."},
		{Name: "SA1208", Severity: Error, Title: "output of vmadm get",
			Text: "The document is what vmadm get or lookup -j printed, with fields that the platform fills in. Use specadm export to write a manifest from a live instance."},
		{Name: "SA1209", Severity: Error, Title: "unknown or missing brand",
			Text: "brand must be joyent, joyent-minimal, builder, lx, kvm or bhyve. vmadm create takes joyent when a payload has no brand; a manifest has to say it, unless it adopts an instance."},
		{Name: "SA1210", Severity: Error, Title: "collection has a name that vmadm does not know", atKey: true,
			Text: "Tools around vmadm, such as the cloud API with its networks, have other names for nics, disks and filesystems. vmadm create would drop the key silently and make the instance without any, so this is an error in a plain payload too."},
	}
}

// SA13: what vmadm validate finds.
func propertyCodes() []Code {
	return []Code{
		{Name: "SA1301", Severity: Error, Title: "value has the wrong type",
			Text: "The value does not have the type that vmadm wants for this property. specadm explain PROPERTY shows the type and an example."},
		{Name: "SA1302", Severity: Error, Title: "value is not allowed",
			Text: "The value has the right type but lies outside the limits of the property."},
		{Name: "SA1303", Severity: Error, Title: "property is not of this brand", dropped: true, atKey: true,
			Text: "The brand does not have the property. vmadm create would drop it silently. The suggestion names what this brand uses instead, where there is something."},
		{Name: "SA1304", Severity: Error, Title: "property cannot be set", dropped: true, atKey: true,
			Text: "The platform fills the property in; it can be read, but not be given."},
		{Name: "SA1305", Severity: Error, Title: "property is missing",
			Text: "vmadm create refuses a payload without it. A manifest that adopts an existing instance (policy.adopt) or that says state: absent need not name it."},
		{Name: "SA1306", Severity: Warning, Title: "text is read as a number or boolean",
			Text: "The value is a text such as \"512\" or \"true\" where a number or boolean belongs. It is read as that number or boolean. At the top of a payload vmadm converts such texts too; inside disks and nics it does not, and fails in odd ways."},
		{Name: "SA1307", Severity: Warning, Title: "size is read with powers of 1024",
			Text: "KB, MB, GB and TB are read like KiB, MiB, GiB and TiB, since vmadm and ZFS know only those. Write the binary unit to make it plain."},
		{Name: "SA1308", Severity: Warning, Title: "old or indirect name", atKey: true,
			Text: "The property is an old name of another one, or on this brand only a way to give another one. It is read as that other property."},
		{Name: "SA1309", Severity: Error, Title: "null is refused",
			Text: "vmadm refuses null for this property. In a manifest (not in a plain payload) null means: back to the platform's default."},
		{Name: "SA1310", Severity: Error, Title: "disk members contradict each other",
			Text: "A disk is made from an image (image_uuid), or empty with a size, or uses something that exists (nocreate and path, or media cdrom and path). image_size and image_name go with an image only, block_size without one only."},
		{Name: "SA1311", Severity: Error, Title: "size beside an image", tolerated: true,
			Text: "vmadm validate refuses size together with image_uuid on a disk unless flexible_disk_size is given; vmadm create accepts it and makes the disk that large."},
		{Name: "SA1312", Severity: Error, Title: "bootrom does not go with an image",
			Text: "When the boot disk is made from an image, create accepts only bios and uefi as bootrom."},
	}
}

// SA14: what vmadm validate lets pass and create or update refuse, crash on or change.
func refusalCodes() []Code {
	return []Code{
		{Name: "SA1401", Severity: Error, Title: "value has the wrong form",
			Text: "The text does not have the form that the property needs: an address, a netmask, a nic tag, a PCI slot, a power of two and so on. vmadm validate does not check this; create or update fail on it, some after half of the work."},
		{Name: "SA1402", Severity: Error, Title: "text cannot be stored",
			Text: "The text reaches zonecfg without being escaped, so it must not contain double quotes, semicolons or line breaks."},
		{Name: "SA1403", Severity: Error, Title: "device has no model",
			Text: "Every nic and disk of a virtual machine needs a model, its own or the instance's nic_driver or disk_driver."},
		{Name: "SA1404", Severity: Error, Title: "more than one is marked",
			Text: "Only one nic may be primary and only one disk may be the boot disk."},
		{Name: "SA1405", Severity: Error, Title: "value stands twice in the instance",
			Text: "Two nics of the instance have the same MAC, address or VRID, or two devices the same PCI slot, uuid, path or target."},
		{Name: "SA1406", Severity: Error, Title: "too many",
			Text: "The platform has a limit: 20 addresses, 13 allowed addresses and 32 of all kinds for a nic, and 8 disks on a bhyve instance without a pci_slot of their own."},
		{Name: "SA1407", Severity: Error, Title: "incomplete element",
			Text: "An element lacks what goes with what it has: ip needs netmask, vrrp_vrid needs vrrp_primary_ip, a filesystem needs source, target and type, a cdrom needs a path."},
		{Name: "SA1408", Severity: Warning, Title: "platform will change the value",
			Text: "vmadm adjusts memory limits to each other: max_swap is never below max_physical_memory or 256 MiB, max_locked_memory and tmpfs never above max_physical_memory, and max_physical_memory of a virtual machine never below ram + 256 MiB. The value that arrives is the one in the message."},
		{Name: "SA1409", Severity: Error, Title: "route leads nowhere",
			Text: "The gateway of a route is an IPv4 address, nics[N] or macs[xx:xx:xx:xx:xx:xx], and a nic that it names must exist and have a static address."},
		{Name: "SA1410", Severity: Error, Title: "disks do not fit",
			Text: "The disks are larger together than flexible_disk_size."},
		{Name: "SA1411", Severity: Error, Title: "empty list where a text belongs",
			Text: "vmadm accepts an empty list for a text by accident of its language, and stores nothing."},
	}
}

// SA15: clashes between manifests; SA16: sections that specadm adds.
func repositoryCodes() []Code {
	return []Code{
		{Name: "SA1501", Severity: Error, Title: "name stands twice in the repository",
			Text: "metadata.name identifies an instance, image or firewall rule in its repository, whatever the kind. Both manifests are left alone until one is renamed."},
		{Name: "SA1502", Severity: Error, Title: "uuid stands twice in the repository",
			Text: "Two manifests have the same spec.uuid. They would fight over one instance."},
		{Name: "SA1503", Severity: Error, Title: "MAC address stands twice in the repository",
			Text: "Two instances with one MAC address on a network disturb each other. vmadm notices it only on one node and only when writing."},
		{Name: "SA1504", Severity: Error, Title: "address stands twice in the repository",
			Text: "Two nics on the same nic tag and VLAN have the same static address. vmadm notices it only on one node and only when writing."},
		{Name: "SA1505", Severity: Error, Title: "VNC port stands twice on a node",
			Text: "Two instances that may run on the same node ask for the same VNC port."},
		{Name: "SA1506", Severity: Error, Title: "more than one kind: Repository",
			Text: "A repository has at most one document of kind Repository, since it names the owner of everything in it."},
		{Name: "SA1507", Severity: Warning, Title: "alias stands twice in the repository",
			Text: "Two instances with one alias are allowed, but people and tools that look instances up by alias find two."},
		{Name: "SA1601", Severity: Error, Title: "ZFS property belongs to vmadm",
			Text: "spec.zfs is for dataset properties that vmadm does not know. This one vmadm sets itself, and it would be set back; use the vmadm property."},
		{Name: "SA1602", Severity: Warning, Title: "no primary nic",
			Text: "Several nics have gateways and none is marked primary. The platform takes the first; mark one to make it plain, since the primary nic's gateway is the default route."},
		{Name: "SA1603", Severity: Error, Title: "no ZFS property that can be set",
			Text: "spec.zfs takes the native ZFS properties that can be changed at any time and that vmadm does not set, and user properties, whose names hold a colon."},
		{Name: "SA1604", Severity: Error, Title: "snapshot cannot be wanted",
			Text: "The name of a snapshot has 1 to 64 letters, digits, and - _ . : %. vmadm takes no snapshots of kvm instances, nor of instances with a delegated dataset."},
		{Name: "SA1605", Severity: Error, Title: "firewall rule concerns nobody, or two",
			Text: "A FirewallRule says whose instances it concerns: global: true for those of every owner, or owner_uuid for those of one. fwadm refuses a rule with neither and one with both."},
	}
}

// SA19: values by reference, and secrets.
func secretCodes() []Code {
	return []Code{
		{Name: "SA1901", Severity: Error, Title: "referenced file cannot be used",
			Text: "A value {file: PATH} is the content of a file. The path is relative to the manifest, and neither it nor a link may lead out of the repository: the checkout that the manifest belongs to, else the folder that was named. The file is UTF-8 text of at most 1 MiB, or an age file."},
		{Name: "SA1902", Severity: Error, Title: "reference is malformed",
			Text: "Behind age stands an age file, as base64 or armored. specadm secret encrypt prints it ready to paste. Behind file stands a path."},
		{Name: "SA1903", Severity: Warning, Title: "secret in clear text",
			Text: "Whoever can read the repository, now or later, can read this secret. Encrypt it for the nodes that need it with specadm secret encrypt, and write the {age: ...} that it prints in the place of the value. A secret that was committed once should be changed."},
	}
}
