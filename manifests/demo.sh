#!/bin/sh
# What "make demo" runs: a lab in which somebody made two instances by hand, then a plan, an apply, and a plan again.
# BIN is the folder of the specadm program, DEMO the folder that the lab goes into.
set -eu

specadm=$(cd "$BIN" && pwd)/specadm
lab=$DEMO/lab

say() { printf '\n# %s\n' "$*"; }
show() { # show PROGRAM ARG...: print a command line, then run it
	printf '$ %s\n' "$*"
	"$@"
}
specadm() { "$specadm" "$@"; }

rm -rf "$DEMO"
mkdir -p "$DEMO"
export SPECADM_NODE="lab:$lab"

say "A lab is a folder that behaves like a SmartOS node. In this one somebody has made two instances by hand."
show specadm lab create "$lab" --hostname cn1
PATH=$lab/bin:$PATH
export PATH
vmadm create 2>/dev/null <<'WEB0'
{
  "alias": "web0", "brand": "joyent", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822",
  "max_physical_memory": 512, "quota": 10, "dns_domain": "example.com", "resolvers": ["192.0.2.53", "198.51.100.53"],
  "nics": [
    {"nic_tag": "external", "ips": ["192.0.2.10/24"], "gateways": ["192.0.2.1"], "primary": true},
    {"nic_tag": "admin", "ips": ["10.99.20.10/24"], "vlan_id": 20}
  ],
  "customer_metadata": {"user-script": "#!/bin/sh\npkgin -y install nginx-light\nsvcadm enable nginx\n"},
  "tags": {"role": "test", "contact": "ops"}
}
WEB0
vmadm create 2>/dev/null <<'MAIL0'
{"alias": "mail0", "brand": "joyent", "image_uuid": "01b2c898-945f-11e1-a523-af1afbe22822", "max_physical_memory": 1024}
MAIL0
show specadm list

say "What would the manifests change? One of the two, web0, is taken over by name; mail0 is in no manifest and is left alone."
show specadm plan manifests --adopt web0

say "Make it so. Nothing may be disturbed by more than a reboot."
show specadm apply manifests --adopt web0 --max-risk reboot --auto-approve

say "A second plan has nothing to do."
show specadm plan manifests --detailed-exitcode
show specadm list
