// The messages are those of MLIR 19, which reads the same file where it is present; where it has no message
// (prefix DQNN) they are those of later versions, or our own for what we do not support.
//
// RUN: dqnn-opt --split-input-file --parsing-diagnostics %s | filecheck %s --check-prefixes CHECK,DQNN
// RUN: %if mlir-opt %{ not mlir-opt --split-input-file %s 2>&1 | filecheck %s %}

// CHECK: expected '<'
func.func private @no_parameters(!quant.uniform)

// -----

// CHECK: expected '>'
func.func private @trailing(!quant.uniform<i8<-4:3>:f32, 0.99872:127 23>)

// -----

// CHECK: expected ':'
func.func private @missing_storage_maximum(!quant.uniform<i8<16>:f32, 0.99872:127>)

// -----

// CHECK: expected ':'
func.func private @missing_colon(!quant.uniform<i8<-4:3>f32, 0.99872:127>)

// -----

// CHECK: expected ','
func.func private @missing_comma(!quant.uniform<i8<-4:3>:f32 0.99872:127>)

// -----

// CHECK: illegal storage type prefix
func.func private @storage_prefix(!quant.uniform<int8<-4:3>:f32, 0.99872:127>)

// -----

// CHECK: illegal storage type prefix
func.func private @storage_without_width(!quant.uniform<i<-4:3>:f32, 0.99872:127>)

// -----

// CHECK: expected storage type width
func.func private @unsigned_storage_without_width(!quant.uniform<ux:f32, 1.0>)

// -----

// CHECK: illegal storage type size: 33
func.func private @wide_storage(!quant.uniform<i33:f32, 0.99872:127>)

// -----

// CHECK: illegal storage type size: 0
func.func private @storage_of_no_bits(!quant.uniform<u0:f32, 0.99872:127>)

// -----

// CHECK: illegal storage min and storage max: (2:1)
func.func private @storage_range_upside_down(!quant.uniform<i8<2:1>:f32, 0.99872:127>)

// -----

// CHECK: illegal storage min and storage max: (1:1)
func.func private @storage_range_of_one_code(!quant.uniform<i8<1:1>:f32, 0.99872:127>)

// -----

// CHECK: illegal storage type maximum: 9
func.func private @storage_maximum(!quant.uniform<i4<-1:9>:f32, 0.99872:127>)

// -----

// CHECK: illegal storage type minimum: -9
func.func private @storage_minimum(!quant.uniform<i4<-9:1>:f32, 0.99872:127>)

// -----

// CHECK: illegal storage type minimum: -1
func.func private @unsigned_storage_minimum(!quant.uniform<u8<-1:1>:f32, 0.99872:127>)

// -----

// CHECK: invalid kind of type specified
func.func private @expressed_integer(!quant.uniform<i8:i32, 1.0>)

// -----

// CHECK: expected floating point literal
func.func private @scale_is_a_word(!quant.uniform<i8<-4:3>:f32, abc:127>)

// -----

// CHECK: unexpected decimal integer literal for a floating point value
func.func private @scale_without_a_point(!quant.uniform<i8:f32, 1>)

// -----

// CHECK: expected '>'
func.func private @no_zero_point_separator(!quant.uniform<i8<-4:3>:f32, 0.1abc>)

// -----

// CHECK: expected integer value
func.func private @missing_zero_point(!quant.uniform<i8<-4:3>:f32, 0.1:>)

// -----

// CHECK: expected integer value
func.func private @zero_point_is_a_word(!quant.uniform<i8<-4:3>:f32, 0.1:abc>)

// -----

// CHECK: integer value too large
func.func private @wide_zero_point(!quant.uniform<i8:f32, 1.0:99999999999999999999>)

// -----

// CHECK: illegal scale: 0.000000e+00
func.func private @scale_zero(!quant.uniform<i8:f32, 0.0>)

// -----

// CHECK: illegal scale: -1.000000e+00
func.func private @negative_scale(!quant.uniform<i8<-4:3>:f32, -1.0:127>)

// -----

// CHECK: illegal scale: nan
func.func private @scale_nan(!quant.uniform<i8:f32, 0x7FF8000000000000>)

// -----

// CHECK: illegal scale: INF
func.func private @scale_infinity(!quant.uniform<i8:f32, 0x7FF0000000000000>)

// -----

// CHECK: illegal scale: -2.000000e+00
func.func private @negative_scale_of_a_channel(!quant.uniform<i8:f32:0, {1.0,-2.0}>)

// -----

// CHECK: expected integer value
func.func private @missing_axis(!quant.uniform<i8<-4:3>:f32:, {2.000000e+02:-19,0.1:1}>)

// -----

// CHECK: expected floating point literal
func.func private @list_without_axis(!quant.uniform<i8<-4:3>:f32, {2.000000e+02,0.1:1}>)

// -----

// CHECK: expected '{'
func.func private @axis_without_list(!quant.uniform<i8:f32:0, 1.0>)

// -----

// CHECK: expected floating point literal
func.func private @axis_of_empty_list(!quant.uniform<i8:f32:0, {}>)

// -----

// CHECK: expected '}'
func.func private @unfinished_list(!quant.uniform<i8:f32:0, {1.0,2.0 3.0}>)

// -----

// DQNN: illegal quantized dimension: -1
func.func private @negative_axis(!quant.uniform<i8:f32:-1, {2.0,3.0:1}>)

// -----

// DQNN: scale 5.800000e-08 out of expressed type range [5.960464e-08, 6.550400e+04]
func.func private @scale_below_f16(!quant.uniform<i8:f16, 5.8e-8>)

// -----

// DQNN: scale 6.600000e+04 out of expressed type range [5.960464e-08, 6.550400e+04]
func.func private @scale_above_f16(!quant.uniform<i8:f16:1, {2.0,6.6e4}>)

// -----

// DQNN: scale 1.000000e-60 out of expressed type range [1.401298e-45, 3.402823e+38]
func.func private @scale_below_f32(!quant.uniform<i8:f32, 1.0e-60>)

// -----

// DQNN: scale 1.000000e+39 out of expressed type range [9.183550e-41, 3.389531e+38]
func.func private @scale_above_bf16(!quant.uniform<i8:bf16, 1.0e39>)

// -----

// DQNN: sub-channel quantized types are not supported
func.func private @sub_channel(!quant.uniform<u8:f32:{0:1, 1:2}, {{2.0:120,3.0:127}, {4.0,5.0}}>)

// -----

// DQNN: illegal storage type prefix
func.func private @float_storage(!quant.uniform<f8E5M2:f32, 2.0e+2>)

// -----

// CHECK: expected ':'
func.func private @any_missing_storage_maximum(!quant.any<i8<16>:f32>)

// -----

// CHECK: expected '>'
func.func private @any_missing_colon(!quant.any<i8<-4:3>f32>)

// -----

// CHECK: illegal storage type size: 1024
func.func private @any_wide_storage(!quant.any<i1024<-4:3>:f32>)

// -----

// CHECK: illegal storage min and storage max: (1:1)
func.func private @any_range_of_one_code(!quant.any<i8<1:1>:f32>)

// -----

// CHECK: invalid kind of type specified
func.func private @any_expressed_integer(!quant.any<i8:i8>)

// -----

// CHECK: expected ':'
func.func private @calibrated_missing_maximum(!quant.calibrated<f32<-0.998>>)

// -----

// CHECK: invalid kind of type specified
func.func private @calibrated_integer(!quant.calibrated<i8<-4.0:3.0>>)

// -----

// CHECK: illegal min and max: (1.000000e+00:-1.000000e+00)
func.func private @calibrated_upside_down(!quant.calibrated<f32<1.0:-1.0>>)

// -----

// CHECK: illegal min and max: (1.000000e+00:1.000000e+00)
func.func private @calibrated_of_one_value(!quant.calibrated<f32<1.0:1.0>>)
