package swarm

import "sync/atomic"

// A slab holds records of one type by number. It grows by chunks, so a record
// never moves, and holds no pointers but those to its chunks.
//
//	dir  [ chunk 0 ][ chunk 1 ] ...     1<<shift records each
//	     | - 1 2 3 | 4 5 ...            numbers; 0 is never given out
//
// Records that were given back are linked by number through next; size is one
// more than the greatest number that was ever given out.
//
// alloc and free need the lock of the slab's owner. at needs none: a reader
// that has got a number from somewhere finds the record, but must know by other
// means that it is still the one it looks for.
type slab[T any, P linked[T]] struct {
	dir   atomic.Pointer[[][]T]
	shift uint8
	size  uint32
	first uint32 // of the free list; 0: empty
	used  uint32
}

// linked is a record that has room for the number of the next free one.
type linked[T any] interface {
	*T
	next() uint32
	setNext(n uint32)
}

// slabLimit is one more than the greatest number that a slab gives out.
const slabLimit = 1 << 24

// at returns the record with that number.
// NOTE: The arguments and logic are kept simple to keep this inlinable.
func (s *slab[T, P]) at(n uint32) *T {
	return &(*s.dir.Load())[n>>s.shift][n&(1<<s.shift-1)]
}

// alloc returns the number of a record: zero, or as it was given back. It is 0
// when the slab is full.
func (s *slab[T, P]) alloc() uint32 {
	n := s.first
	if n == 0 {
		return s.extend()
	}
	s.first = P(s.at(n)).next()
	s.used++
	return n
}

// extend returns the number of a record that was never used.
func (s *slab[T, P]) extend() uint32 {
	if s.size == 0 {
		s.dir.Store(&[][]T{})
		s.size = 1
	}
	n := s.size
	if n == slabLimit {
		return 0
	}
	for d := *s.dir.Load(); int(n>>s.shift) >= len(d); {
		// A reader keeps the directory that it has loaded: append copies it or
		// writes behind its end.
		d = append(d, make([]T, 1<<s.shift))
		s.dir.Store(&d)
	}
	s.size++
	s.used++
	return n
}

// release gives a record back.
func (s *slab[T, P]) release(n uint32) {
	P(s.at(n)).setNext(s.first)
	s.first = n
	s.used--
}

// room reports whether n more records can be given out.
func (s *slab[T, P]) room(n uint32) bool { return s.used+n < slabLimit }

// records is the number of records that there is memory for. It needs no lock.
func (s *slab[T, P]) records() int {
	d := s.dir.Load()
	if d == nil {
		return 0
	}
	return len(*d) << s.shift
}

// freeNumbers appends the numbers in the free list, at most size of them.
func (s *slab[T, P]) freeNumbers(dst []uint32) []uint32 {
	for n, left := s.first, s.size; n != 0 && left > 0; left-- {
		dst = append(dst, n)
		n = P(s.at(n)).next()
	}
	return dst
}
