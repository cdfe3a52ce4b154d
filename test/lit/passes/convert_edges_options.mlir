// RUN: dqnn-opt %s -p 'convert-edges{input-data-type=float32 output-data-type=float32}' | filecheck %s --check-prefix=FLOAT
// RUN: dqnn-opt %s -p 'convert-edges{input-data-type=int8,uint8,auto,int8 output-data-type=uint8,int8,s1}' | filecheck %s --check-prefix=CODES
// RUN: dqnn-opt %s -p 'convert-edges{s1-bit-order=msb}' | filecheck %s --check-prefix=MSB
// RUN: dqnn-opt %s -p 'convert-edges{s1-bit-order=msb},convert-edges{s1-bit-order=msb}' | filecheck %s --check-prefix=MSB
// RUN: not dqnn-opt %s -p 'convert-edges{input-data-type=auto,auto}' 2>&1 | filecheck %s --check-prefix=COUNT
// RUN: not dqnn-opt %s -p 'convert-edges{output-data-type=auto,auto,int8}' 2>&1 | filecheck %s --check-prefix=SIGNS
// RUN: not dqnn-opt %s -p 'convert-edges{input-data-type=s1}' 2>&1 | filecheck %s --check-prefix=REALS
// RUN: not dqnn-opt %s -p 'convert-edges{input-data-type=int16}' 2>&1 | filecheck %s --check-prefix=OPTION
// RUN: not dqnn-opt %s -p 'convert-edges{s1-bit-order=msb},convert-edges{input-data-type=auto,auto,float32,auto}' 2>&1 | filecheck %s --check-prefix=TURNED

// RUN: not dqnn-opt %S/Inputs/s1_channels_first.mlir -p 'convert-edges' 2>&1 | filecheck %s --check-prefix=WORDS
// RUN: dqnn-opt %S/Inputs/s1_channels_first.mlir -p 'convert-edges{input-data-type=float32}' | filecheck %s --check-prefix=REAL-WORDS
// RUN: dqnn-opt %s -p 'convert-edges{input-data-type=float32 s1-bit-order=msb}' --print-debuginfo | filecheck %s --check-prefix=NAMES

// Conversions are layers of their own.
// NAMES: dqnn.quantize %a {{.*}} loc("a.quantize")
// NAMES: dqnn.reverse_bits {{.*}} loc("out_2.reverse_bits")

// COUNT: error: pass 'convert-edges' failed: 2 input data types given, the network has 4 inputs; give one, or one for each
// SIGNS: error: pass 'convert-edges' failed: output 2 ('out_2') cannot be int8: it is s1 in the model; leave --output-data-type out, or take float32
// REALS: error: pass 'convert-edges' failed: input 0 ('a') cannot be s1: it is int8 in the model; leave --input-data-type out, or take float32
// OPTION: error: pass 'convert-edges': Incompatible types: given ('int16',), {{.*}}
// TURNED: error: pass 'convert-edges' failed: input 2 ('c') cannot be float32: its bits are in another order already; convert its type first
// WORDS: error: pass 'convert-edges' failed: input 0 ('image') cannot be s1 with its channels elsewhere than in the model: its words lie along them; leave --inputs-ch-position out, or take float32 as --input-data-type
// REAL-WORDS: func.func @net(%x: tensor<1x4x2x3xf32> {dqnn.name = "image", dqnn.order = array<i64: 0, 3, 1, 2>})

// FLOAT:      func.func @net(%a: tensor<1x4xf32>, %b: tensor<1x4xf32>, %c: tensor<1x4xf32>, %d: tensor<1x4xf32>)
// FLOAT-SAME:     -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>)
// FLOAT-NEXT:   %[[c:.+]] = dqnn.quantize %c : tensor<1x4x!dqnn.s1>
// FLOAT-NEXT:   %[[a:.+]] = dqnn.quantize %a : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// FLOAT-NEXT:   %[[b:.+]] = dqnn.quantize %b : tensor<1x4x!quant.uniform<i8<-127:127>:f32, 2.500000e-01:5>>
// FLOAT-NEXT:   %[[s:.+]] = dqnn.dequantize %[[b]]
// FLOAT-NEXT:   dqnn.quantize %d {method = "multiply_half_even"}
// FLOAT-NEXT:   %[[r:.+]] = dqnn.dequantize %[[a]] : tensor<1x4xf32>
// FLOAT-NEXT:   %[[t:.+]] = dqnn.dequantize %[[c]] : tensor<1x4xf32>
// FLOAT-NEXT:   func.return %[[r]], %[[s]], %[[t]]

// From int8 to uint8 the zero point and the range of codes move by 128.
// CODES:      func.func @net(%a: tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, %b: tensor<1x4x!quant.uniform<u8<1:255>:f32, 2.500000e-01:133>>, %c: tensor<1x4x!dqnn.s1>, %d: tensor<1x4x!quant.uniform<i8:f32, 1.000000e+00>> {dqnn.method = "multiply_half_even"})
// CODES-SAME:     -> (tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>, tensor<1x4x!quant.uniform<i8<-127:127>:f32, 2.500000e-01:5>>, tensor<1x4x!dqnn.s1>)
// CODES-NEXT:   %[[b:.+]] = dqnn.requantize %b : tensor<1x4x!quant.uniform<i8<-127:127>:f32, 2.500000e-01:5>>
// CODES:        %[[a:.+]] = dqnn.requantize %a : tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// CODES-NEXT:   func.return %[[a]], %[[b]], %c

// Turned over once, whoever asks twice.
// MSB:      func.func @net(%a: {{.*}}, %c: tensor<1x4x!dqnn.s1> {dqnn.bit_order = "msb"}
// MSB-SAME:     tensor<1x4x!dqnn.s1> {dqnn.bit_order = "msb"})
// MSB-NEXT:   %[[c:.+]] = dqnn.reverse_bits %c : tensor<1x4x!dqnn.s1>
// MSB:        %[[t:.+]] = dqnn.reverse_bits %[[c]] : tensor<1x4x!dqnn.s1>
// MSB-NEXT:   func.return {{.*}}, %[[t]]

func.func @net(%a: tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>, %b: tensor<1x4xf32>, %c: tensor<1x4x!dqnn.s1>, %d: tensor<1x4xf32>)
    -> (tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>, tensor<1x4xf32>, tensor<1x4x!dqnn.s1>) {
  %p = dqnn.quantize %b : tensor<1x4x!quant.uniform<i8<-127:127>:f32, 0.25:5>>
  %q = dqnn.dequantize %p : tensor<1x4xf32>
  %e = dqnn.quantize %d {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 1.0>>
  func.return %a, %q, %c : tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>, tensor<1x4xf32>, tensor<1x4x!dqnn.s1>
}
