#include "textflag.h"

// func cpuid(leaf, sub uint32) (a, b, c uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-20
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	RET

// func xgetbv() uint32
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, ret+0(FP)
	RET

// func quantiseRow(q *int16, x *float32, n int) float32
TEXT ·quantiseRow(SB), NOSPLIT, $0-28
	MOVQ q+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX

	// Y0: the highest size.
	VPCMPEQD Y15, Y15, Y15
	VPSRLD   $1, Y15, Y15       // mask of everything but the sign
	VPXOR    Y0, Y0, Y0
	XORQ     DX, DX
peak:
	VMOVUPS (SI)(DX*4), Y2
	VMOVUPS 32(SI)(DX*4), Y3
	VPAND   Y15, Y2, Y2
	VPAND   Y15, Y3, Y3
	VMAXPS  Y2, Y0, Y0
	VMAXPS  Y3, Y0, Y0
	ADDQ    $16, DX
	CMPQ    DX, CX
	JLT     peak

	VEXTRACTF128 $1, Y0, X2
	VMAXPS       X2, X0, X0
	VPSHUFD      $0x4e, X0, X2
	VMAXPS       X2, X0, X0
	VPSHUFD      $0xb1, X0, X2
	VMAXPS       X2, X0, X0     // the peak
	VMOVD        X0, AX
	TESTL        AX, AX
	JEQ          zero

	MOVL         $0x42fe0000, AX // 127
	VMOVD        AX, X2
	VDIVSS       X0, X2, X3     // 127 / peak
	VBROADCASTSS X3, Y3
	VDIVSS       X2, X0, X0     // peak / 127
	VMOVSS       X0, ret+24(FP)
	MOVL         $0x3f000000, AX // 0.5
	VMOVD        AX, X4
	VBROADCASTSS X4, Y4

	XORQ DX, DX
round:
	VMOVUPS    (SI)(DX*4), Y6
	VMOVUPS    32(SI)(DX*4), Y7
	VPAND      Y15, Y6, Y8
	VPAND      Y15, Y7, Y9
	VMULPS     Y3, Y8, Y8
	VMULPS     Y3, Y9, Y9
	VADDPS     Y4, Y8, Y8
	VADDPS     Y4, Y9, Y9
	VCVTTPS2DQ Y8, Y8
	VCVTTPS2DQ Y9, Y9
	VPSIGND    Y6, Y8, Y8
	VPSIGND    Y7, Y9, Y9
	VPACKSSDW  Y9, Y8, Y8
	VPERMQ     $0xd8, Y8, Y8
	VMOVDQU    Y8, (DI)(DX*2)
	ADDQ       $16, DX
	CMPQ       DX, CX
	JLT        round
	VZEROUPPER
	RET

zero:
	VMOVSS X0, ret+24(FP)
	VPXOR  Y2, Y2, Y2
	XORQ   DX, DX
clear:
	VMOVDQU Y2, (DI)(DX*2)
	ADDQ    $16, DX
	CMPQ    DX, CX
	JLT     clear
	VZEROUPPER
	RET

// STEP adds the products of a pair of inputs with sixteen pairs of weights.
#define STEP(row, lo, hi) \
	VPBROADCASTD (row)(DX*4), Y10 \
	VPMADDWD     Y8, Y10, Y11     \
	VPMADDWD     Y9, Y10, Y12     \
	VPADDD       Y11, lo, lo      \
	VPADDD       Y12, hi, hi

// FINISH turns sixteen sums into outputs: sum · (scale · unit) + bias.
#define FINISH(scale, lo, hi, to) \
	VBROADCASTSS scale, Y10       \
	VMULPS       Y8, Y10, Y11     \
	VMULPS       Y9, Y10, Y12     \
	VCVTDQ2PS    lo, lo           \
	VCVTDQ2PS    hi, hi           \
	VMULPS       Y11, lo, lo      \
	VMULPS       Y12, hi, hi      \
	VADDPS       Y13, lo, lo      \
	VADDPS       Y14, hi, hi      \
	VMOVUPS      lo, (to)         \
	VMOVUPS      hi, 32(to)

// func products4(y *float32, stride int, q *int16, in int, w *int16, unit, bias, scale *float32, blocks int)
TEXT ·products4(SB), NOSPLIT, $0-72
	MOVQ y+0(FP), DI
	MOVQ q+16(FP), R8
	MOVQ in+24(FP), CX
	LEAQ (R8)(CX*2), R9
	LEAQ (R9)(CX*2), R10
	LEAQ (R10)(CX*2), R11
	SHRQ $1, CX
	MOVQ w+32(FP), SI
	MOVQ unit+40(FP), R12
	MOVQ bias+48(FP), R13
	MOVQ scale+56(FP), AX
	MOVQ blocks+64(FP), BX
block4:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	XORQ  DX, DX
pair4:
	VMOVDQU (SI), Y8
	VMOVDQU 32(SI), Y9
	STEP(R8, Y0, Y1)
	STEP(R9, Y2, Y3)
	STEP(R10, Y4, Y5)
	STEP(R11, Y6, Y7)
	ADDQ $64, SI
	INCQ DX
	CMPQ DX, CX
	JLT  pair4

	VMOVUPS (R12), Y8
	VMOVUPS 32(R12), Y9
	VMOVUPS (R13), Y13
	VMOVUPS 32(R13), Y14
	MOVQ    stride+8(FP), R15
	SHLQ    $2, R15
	MOVQ    DI, DX
	FINISH((AX), Y0, Y1, DX)
	ADDQ    R15, DX
	FINISH(4(AX), Y2, Y3, DX)
	ADDQ    R15, DX
	FINISH(8(AX), Y4, Y5, DX)
	ADDQ    R15, DX
	FINISH(12(AX), Y6, Y7, DX)
	ADDQ    $64, R12
	ADDQ    $64, R13
	ADDQ    $64, DI
	DECQ    BX
	JNE     block4
	VZEROUPPER
	RET

// func products1(y *float32, q *int16, in int, w *int16, unit, bias, scale *float32, blocks int)
TEXT ·products1(SB), NOSPLIT, $0-64
	MOVQ y+0(FP), DI
	MOVQ q+8(FP), R8
	MOVQ in+16(FP), CX
	SHRQ $1, CX
	MOVQ w+24(FP), SI
	MOVQ unit+32(FP), R12
	MOVQ bias+40(FP), R13
	MOVQ scale+48(FP), AX
	MOVQ blocks+56(FP), BX
block1:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	XORQ  DX, DX
pair1:
	VMOVDQU (SI), Y8
	VMOVDQU 32(SI), Y9
	STEP(R8, Y0, Y1)
	ADDQ $64, SI
	INCQ DX
	CMPQ DX, CX
	JLT  pair1

	VMOVUPS (R12), Y8
	VMOVUPS 32(R12), Y9
	VMOVUPS (R13), Y13
	VMOVUPS 32(R13), Y14
	FINISH((AX), Y0, Y1, DI)
	ADDQ    $64, R12
	ADDQ    $64, R13
	ADDQ    $64, DI
	DECQ    BX
	JNE     block1
	VZEROUPPER
	RET

// func addVectors(a, b *float32, n int)
TEXT ·addVectors(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ n+16(FP), CX
	XORQ DX, DX
add:
	VMOVUPS (DI)(DX*4), Y0
	VADDPS  (SI)(DX*4), Y0, Y0
	VMOVUPS Y0, (DI)(DX*4)
	ADDQ    $8, DX
	CMPQ    DX, CX
	JLT     add
	VZEROUPPER
	RET

// func addHalfVectors(a *float32, b *uint16, n int)
TEXT ·addHalfVectors(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ n+16(FP), CX
	XORQ DX, DX
half:
	VPMOVZXWD (SI)(DX*2), Y0
	VPSLLD    $16, Y0, Y0
	VADDPS    (DI)(DX*4), Y0, Y0
	VMOVUPS   Y0, (DI)(DX*4)
	ADDQ      $8, DX
	CMPQ      DX, CX
	JLT       half
	VZEROUPPER
	RET

// func reluVectors(x *float32, n int)
TEXT ·reluVectors(SB), NOSPLIT, $0-16
	MOVQ  x+0(FP), DI
	MOVQ  n+8(FP), CX
	XORQ  DX, DX
	VPXOR Y1, Y1, Y1
relu:
	VMOVDQU  (DI)(DX*4), Y0
	VPCMPGTD Y0, Y1, Y2         // all ones where the sign is set
	VPANDN   Y0, Y2, Y0
	VMOVDQU  Y0, (DI)(DX*4)
	ADDQ     $8, DX
	CMPQ     DX, CX
	JLT      relu
	VZEROUPPER
	RET

// func gateVectors(out, before, z, f, table *float32, n int)
TEXT ·gateVectors(SB), NOSPLIT, $0-48
	MOVQ         out+0(FP), DI
	MOVQ         before+8(FP), SI
	MOVQ         z+16(FP), R8
	MOVQ         f+24(FP), R9
	MOVQ         table+32(FP), R10
	MOVQ         n+40(FP), CX
	MOVL         $0x43800000, AX // 256
	VMOVD        AX, X8
	VBROADCASTSS X8, Y8
	MOVL         $2048, AX
	VMOVD        AX, X9
	VPBROADCASTD X9, Y9
	MOVL         $4095, AX
	VMOVD        AX, X10
	VPBROADCASTD X10, Y10
	VPXOR        Y11, Y11, Y11
	XORQ         DX, DX
cell:
	VMULPS     (R9)(DX*4), Y8, Y0
	VCVTTPS2DQ Y0, Y0
	VPADDD     Y9, Y0, Y0
	VPMAXSD    Y11, Y0, Y0
	VPMINSD    Y10, Y0, Y0
	VPCMPEQD   Y1, Y1, Y1
	VGATHERDPS Y1, (R10)(Y0*4), Y2
	VMOVUPS    (R8)(DX*4), Y3
	VMOVUPS    (SI)(DX*4), Y4
	VSUBPS     Y3, Y4, Y4
	VMULPS     Y4, Y2, Y2
	VADDPS     Y2, Y3, Y3
	VMOVUPS    Y3, (DI)(DX*4)
	ADDQ       $8, DX
	CMPQ       DX, CX
	JLT        cell
	VZEROUPPER
	RET

// func combineVectors(y, x, b *float32, rows, stride, n int)
TEXT ·combineVectors(SB), NOSPLIT, $0-48
	MOVQ y+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ b+16(FP), R8
	MOVQ rows+24(FP), R9
	MOVQ stride+32(FP), R10
	SHLQ $2, R10
	MOVQ n+40(FP), CX
columns:
	VXORPS Y0, Y0, Y0
	MOVQ   R8, R11
	XORQ   DX, DX
row:
	VBROADCASTSS (SI)(DX*4), Y1
	VMULPS       (R11), Y1, Y1
	VADDPS       Y1, Y0, Y0
	ADDQ         R10, R11
	INCQ         DX
	CMPQ         DX, R9
	JLT          row
	VMOVUPS      Y0, (DI)
	ADDQ         $32, DI
	ADDQ         $32, R8
	SUBQ         $8, CX
	JNE          columns
	VZEROUPPER
	RET
