package wheel

import (
	"reflect"
	"unsafe"
)

// What the tests in package wheel_test may see of the inside.
const (
	LineTimers  = lineTimers
	ChunkTimers = chunkTimers
	NearSlots   = nearSlots

	WheelBytes        = wheelBytes
	ChunkBytes        = chunkBytes
	ChunkEntryBytes   = chunkEntryBytes
	BlocksChunkBytes  = blocksChunkBytes
	BlocksEntryBytes  = blocksEntryBytes
	SizeofWheel       = unsafe.Sizeof(Wheel{})
	SizeofLine        = unsafe.Sizeof(line{})
	SizeofBlock       = unsafe.Sizeof(block{})
	SizeofChunk       = unsafe.Sizeof(*chunk{}.deadline) + unsafe.Sizeof(*chunk{}.line)
	SizeofChunkEntry  = unsafe.Sizeof(chunk{})
	SizeofBlocksChunk = unsafe.Sizeof([blocksChunk]block{})
	SizeofBlocksEntry = unsafe.Sizeof(&[blocksChunk]block{})
)

// LineOffset returns how far the deadlines of h are from the start of a cache
// line; h exists.
func (w *Wheel) LineOffset(h uint32) uintptr {
	return uintptr(unsafe.Pointer(w.deadlines(h/lineTimers))) % 64
}

// Grown are the types of what is allocated as the wheel grows.
var Grown = []reflect.Type{
	reflect.TypeFor[[chunkTimers]Tick](),
	reflect.TypeFor[[chunkLines]line](),
	reflect.TypeFor[[blocksChunk]block](),
}

// Above returns the number of lines in the levels from level on; level is not 0.
func (w *Wheel) Above(level int) int {
	n := 0
	for _, lines := range w.upper[(level-1)*upperSlots:] {
		n += int(lines)
	}
	return n
}
