package series

import "encoding/binary"

// Seal puts the right checksum into every block of b, as far as their
// lengths make sense.
func Seal(b []byte) {
	for len(b) >= headerSize {
		n := headerSize + int(binary.LittleEndian.Uint32(b[8:]))
		if n > len(b) {
			return
		}
		binary.LittleEndian.PutUint32(b[headerSize-4:], checksum(b[:n]))
		b = b[n:]
	}
}
