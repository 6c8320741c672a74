package dgraph

// Small makes a store ask and send only a few things at a time.
func Small(s *Store) *Store {
	s.limits = limits{has: 3, page: 2, spots: 3, scan: 2, quads: 700}
	return s
}
