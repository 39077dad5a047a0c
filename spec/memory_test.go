package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMemoryLimitsFollowTheReference(t *testing.T) {
	t.Parallel()
	type o = Object
	for _, test := range []struct {
		name                 string
		brand                Brand
		found, payload, want Object
	}{
		{"kvm with ram only", KVM, nil, o{"ram": int64(2048)},
			o{"ram": int64(2048), "max_physical_memory": int64(3072), "max_locked_memory": int64(3072), "max_swap": int64(3072)}},
		{"bhyve with too little max_physical_memory", Bhyve, nil, o{"ram": int64(1024), "max_physical_memory": int64(1024)},
			o{"ram": int64(1024), "max_physical_memory": int64(1280), "max_locked_memory": int64(1280), "max_swap": int64(1280)}},
		{"a zone with nothing gets 256", Joyent, nil, o{},
			o{"max_physical_memory": int64(256), "max_locked_memory": int64(256), "max_swap": int64(256), "tmpfs": int64(256)}},
		{"a zone smaller than the least swap", LX, nil, o{"max_physical_memory": int64(128)},
			o{"max_physical_memory": int64(128), "max_locked_memory": int64(128), "max_swap": int64(256), "tmpfs": int64(128)}},
		{"swap is raised, tmpfs and locked are lowered", Joyent, nil,
			o{"max_physical_memory": int64(1024), "max_swap": int64(512), "tmpfs": int64(2048), "max_locked_memory": int64(4096)},
			o{"max_physical_memory": int64(1024), "max_locked_memory": int64(1024), "max_swap": int64(1024), "tmpfs": int64(1024)}},
		{"an update moves what follows, keeping differences", Joyent,
			o{"max_physical_memory": int64(512), "max_locked_memory": int64(512), "max_swap": int64(1024), "tmpfs": int64(512)},
			o{"max_physical_memory": int64(1024)},
			o{"max_physical_memory": int64(1024), "max_locked_memory": int64(1024), "max_swap": int64(1536), "tmpfs": int64(1024)}},
		{"tmpfs keeps its ratio", Joyent,
			o{"max_physical_memory": int64(512), "max_locked_memory": int64(512), "max_swap": int64(512), "tmpfs": int64(100)},
			o{"max_physical_memory": int64(1024)},
			o{"max_physical_memory": int64(1024), "max_locked_memory": int64(1024), "max_swap": int64(1024), "tmpfs": int64(200)}},
		{"an update of ram resets max_physical_memory", Bhyve,
			o{"ram": int64(1024), "max_physical_memory": int64(8192), "max_locked_memory": int64(8192), "max_swap": int64(8192)},
			o{"ram": int64(2048)},
			o{"ram": int64(2048), "max_physical_memory": int64(3328), "max_locked_memory": int64(3328), "max_swap": int64(3328)}},
		{"an update without memory moves nothing", Joyent, o{"max_physical_memory": int64(512)}, o{"alias": "x"}, o{}},
		{"a swap of exactly 256 follows", Joyent, o{"max_physical_memory": int64(128), "max_locked_memory": int64(128), "max_swap": int64(256), "tmpfs": int64(0)},
			o{"max_physical_memory": int64(1024)},
			o{"max_physical_memory": int64(1024), "max_locked_memory": int64(1024), "max_swap": int64(1024), "tmpfs": int64(0)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, EffectiveMemory(test.brand, test.found, test.payload)); diff != "" {
				t.Errorf("want (-), have (+):\n%s", diff)
			}
		})
	}
}
