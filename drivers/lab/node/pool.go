package node

import (
	"slices"

	"github.com/specadm/specadm/drivers/lab/pool"
)

// PoolNames lists the pools, the first one being the pool of the system (sysinfo Zpool).
func (n *Node) PoolNames() []string { return slices.Clone(n.settings.Pools) }

// Pool opens a pool by name, or by the name of a dataset in it. It is read once and saved by Save. An unknown one is a *pool.Error.
func (n *Node) Pool(name string) (*pool.Pool, error) {
	name = pool.PoolName(name)
	if p := n.pools[name]; p != nil {
		return p, nil
	}
	p, err := pool.Open(n.dir, name, n.Now)
	if err != nil {
		return nil, err
	}
	n.pools[name] = p
	return p, nil
}

// AddPool makes an empty pool of this size.
func (n *Node) AddPool(name string, bytes int64) error {
	p, err := pool.New(n.dir, name, bytes, n.Now)
	if err != nil {
		return err
	}
	n.pools[name] = p
	n.settings.Pools = append(n.settings.Pools, name)
	n.SettingsChanged()
	return nil
}

// RemovePool destroys a pool with all it holds.
func (n *Node) RemovePool(name string) error {
	p, err := n.Pool(name)
	if err != nil {
		return err
	}
	if err := p.Remove(); err != nil {
		return err
	}
	delete(n.pools, name)
	n.settings.Pools = slices.DeleteFunc(n.settings.Pools, func(other string) bool { return other == name })
	n.SettingsChanged()
	return nil
}
