package wheel

import "unsafe"

// What the tests in package wheel_test may see of the inside.
const (
	LineTimers  = lineTimers
	ChunkTimers = chunkTimers
	NearSlots   = nearSlots

	ChunkBytes        = chunkBytes
	WheelBytes        = wheelBytes
	BlocksChunkBytes  = blocksChunkBytes
	SizeofBlocksChunk = unsafe.Sizeof([blocksChunk]block{})
	SizeofChunk       = unsafe.Sizeof(chunk{})
	SizeofWheel       = unsafe.Sizeof(Wheel{})
	SizeofLine        = unsafe.Sizeof(line{})
	OffsetofDeadline  = unsafe.Offsetof(chunk{}.deadline)
)

// Chunk is the type that must not hold pointers.
type Chunk = chunk

// ChunkAlignment returns how far the deadlines of h are from the start of a
// cache line; h exists.
func (w *Wheel) ChunkAlignment(h uint32) uintptr {
	return uintptr(unsafe.Pointer(w.deadlines(h/lineTimers))) % 64
}
