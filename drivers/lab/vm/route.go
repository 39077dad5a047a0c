package vm

import (
	"net/netip"
	"regexp"
	"strconv"

	"github.com/specadm/specadm/drivers/lab/vm/js"
)

var (
	nicGateway = regexp.MustCompile(`^nics\[(\d+)\]$`)
	macGateway = regexp.MustCompile(`^macs\[(([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2})\]$`)
)

// checkRoutes checks the routes that a VM will have against the nics that it will have (reference 13).
func checkRoutes(routes *js.Object, nics []*js.Object) error {
	for _, destination := range routes.Keys() {
		if !goodDestination(destination) {
			return failf("Invalid route destination: %q (must be IP address or CIDR)", destination)
		}
		value, _ := routes.Get(destination)
		if err := checkGateway(js.ToString(value), nics); err != nil {
			return err
		}
	}
	return nil
}

func goodDestination(text string) bool {
	if isIPv4(text) {
		return true
	}
	prefix, err := netip.ParsePrefix(text)
	return err == nil && prefix.Addr().Is4() && prefix.Bits() >= 8
}

func checkGateway(gateway string, nics []*js.Object) error {
	var nic *js.Object
	if found := nicGateway.FindStringSubmatch(gateway); found != nil {
		if index, err := strconv.Atoi(found[1]); err == nil && index < len(nics) {
			nic = nics[index]
		}
	} else if found := macGateway.FindStringSubmatch(gateway); found != nil {
		nic = findNic(nics, found[1])
	} else if isIPv4(gateway) {
		return nil
	} else {
		return failf("Invalid route gateway: %q (must be IP address, MAC address, or nic)", gateway)
	}
	for _, ip := range nicIPs(nic) {
		if !dynamic(ip) {
			return nil
		}
	}
	return failf("Route gateway: %q refers to non-existent or DHCP nic", gateway)
}
