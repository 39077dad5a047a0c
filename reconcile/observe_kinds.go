package reconcile

import (
	"context"
	"fmt"

	"github.com/specadm/specadm/diff"
	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/drivers/fwadm"
	"github.com/specadm/specadm/drivers/imgadm"
	"github.com/specadm/specadm/spec"
)

// observeKinds adds what manifests of other kinds than instances are about: one imgadm process where one speaks of an image, one fwadm
// process where one speaks of a firewall rule, and none otherwise.
func observeKinds(ctx context.Context, runner drivers.Runner, concerned map[spec.ManifestKind]bool, found *diff.Found) error {
	if concerned[spec.KindImage] {
		images, err := imgadm.New(runner).List(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the images of the node: %w", err)
		}
		found.Images = make(map[string]diff.Image, len(images))
		for _, image := range images {
			found.Images[image.Zpool+"/"+image.Manifest.UUID] = diff.Image{
				UUID: image.Manifest.UUID, Name: image.Manifest.Name, Version: image.Manifest.Version, Pool: image.Zpool, Source: image.Source,
				Clones: image.Clones,
			}
		}
	}
	if concerned[spec.KindFirewallRule] {
		rules, err := fwadm.New(runner).List(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the firewall rules of the node: %w", err)
		}
		found.Rules = make(map[string]spec.Object, len(rules))
		for _, rule := range rules {
			found.Rules[rule.UUID] = spec.Object{
				"uuid": rule.UUID, "rule": rule.Rule, "enabled": rule.Enabled, "global": rule.Global, "owner_uuid": rule.OwnerUUID,
				"description": rule.Description,
			}
		}
	}
	return nil
}

// kindsOf are the kinds of the manifests that are a node's business.
func kindsOf(node diff.Node, repositories ...*spec.Repository) map[spec.ManifestKind]bool {
	kinds := map[spec.ManifestKind]bool{}
	for _, repository := range repositories {
		for _, m := range repository.Manifests {
			if !m.Broken && node.Concerns(m) {
				kinds[m.Kind] = true
			}
		}
	}
	return kinds
}
