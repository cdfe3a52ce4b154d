// RUN: ROUNDTRIP

// --- Per layer ---

// CHECK: @scale(!quant.uniform<i8:f32, 1.000000e-01>)
func.func private @scale(!quant.uniform<i8:f32, 0.1>)
// CHECK-NEXT: @zero_point(!quant.uniform<i8:f32, 1.250000e-01:-128>)
func.func private @zero_point(!quant.uniform<i8:f32, 0.125:-128>)
// CHECK-NEXT: @zero_point_of_zero(!quant.uniform<i8:f32, 1.250000e-01>)
func.func private @zero_point_of_zero(!quant.uniform<i8:f32, 0.125:0>)
// CHECK-NEXT: @zero_point_outside(!quant.uniform<i8<-4:3>:f32, 9.987200e-01:127>)
func.func private @zero_point_outside(!quant.uniform<i8<-4:3>:f32, 0.99872:127>)
// CHECK-NEXT: @spaces(!quant.uniform<i8:f32, 1.250000e-01:3>)
func.func private @spaces(!quant.uniform< i8 : f32 ,0.125 : 3 >)

// --- Storage ---

// CHECK-NEXT: @range(!quant.uniform<i8<-127:127>:f32, 1.000000e+00>)
func.func private @range(!quant.uniform<i8<-127:127>:f32, 1.0>)
// CHECK-NEXT: @range_of_all_codes(!quant.uniform<i8:f32, 1.000000e+00>, !quant.uniform<u8:f32, 1.000000e+00>)
func.func private @range_of_all_codes(!quant.uniform<i8<-128:127>:f32, 1.0>, !quant.uniform<u8<0:255>:f32, 1.0>)
// CHECK-NEXT: @range_of_one_end(!quant.uniform<i8<-127:127>:f32, 1.000000e+00>, !quant.uniform<u8<0:254>:f32, 1.000000e+00>)
func.func private @range_of_one_end(!quant.uniform<i8<-127:127>:f32, 1.0>, !quant.uniform<u8<0:254>:f32, 1.0>)
// CHECK-NEXT: @hexadecimal(!quant.uniform<i8<-16:32>:f32, 1.000000e+00:16>)
func.func private @hexadecimal(!quant.uniform<i8<-0x10:0x20>:f32, 1.0:0x10>)
// CHECK-NEXT: @signed({{.*}}<i1:f32, {{.*}}<i4:f32, {{.*}}<i16:f32, {{.*}}<i32:f32, 2.000000e+02>)
func.func private @signed(!quant.uniform<i1:f32, 2.0e+2>, !quant.uniform<i4:f32, 2.0e+2>, !quant.uniform<i16:f32, 2.0e+2>, !quant.uniform<i32:f32, 2.0e+2>)
// CHECK-NEXT: @unsigned({{.*}}<u1:f32, {{.*}}<u4:f32, {{.*}}<u16:f32, {{.*}}<u32:f32, 2.000000e-02>)
func.func private @unsigned(!quant.uniform<u1:f32, 2.0e-2>, !quant.uniform<u4:f32, 2.0e-2>, !quant.uniform<u16:f32, 2.0e-2>, !quant.uniform<u32:f32, 2.0e-2>)
// CHECK-NEXT: @as_builtin_types(!quant.uniform<i8:f32, 1.000000e+00>, !quant.uniform<u8:f32, 1.000000e+00>)
func.func private @as_builtin_types(!quant.uniform<si8:f32, 1.0>, !quant.uniform<ui8:f32, 1.0>)

// --- Expressed types and scales ---

// CHECK-NEXT: @expressed({{.*}}<i8:f16, {{.*}}<i8:bf16, {{.*}}<i8:f64, {{.*}}<i8:f80, 1.000000e+00>)
func.func private @expressed(!quant.uniform<i8:f16, 1.0>, !quant.uniform<i8:bf16, 1.0>, !quant.uniform<i8:f64, 1.0>, !quant.uniform<i8:f80, 1.0>)
// CHECK-NEXT: @scale_of_seventeen_digits(!quant.uniform<i8:f32, 0.0039215688593685627>)
func.func private @scale_of_seventeen_digits(!quant.uniform<i8:f32, 0.0039215688593685627>)
// CHECK-NEXT: @small_scale(!quant.uniform<i8:f32, 2.3529411555500702e-05>)
func.func private @small_scale(!quant.uniform<i8:f32, 2.3529411555500702e-05>)
// CHECK-NEXT: @scale_in_bits(!quant.uniform<u8:f32, 0x41646ABBA0000000:128>)
func.func private @scale_in_bits(!quant.uniform<u8:f32, 0x41646ABBA0000000:128>)
// CHECK-NEXT: @scale_in_bits_of_a_simple_number(!quant.uniform<u8:f32, 1.500000e+00>)
func.func private @scale_in_bits_of_a_simple_number(!quant.uniform<u8:f32, 0x3FF8000000000000>)
// CHECK-NEXT: @least_and_largest({{.*}}<i8:f16, 5.9604644775390625e-08>, {{.*}}<i8:f16, 6.550400e+04>, {{.*}}<i8:f64, 4.940660e-324>)
func.func private @least_and_largest(!quant.uniform<i8:f16, 5.9604644775390625e-08>, !quant.uniform<i8:f16, 65504.0>, !quant.uniform<i8:f64, 5.0e-324>)

// --- Per axis ---

// CHECK-NEXT: @axis(!quant.uniform<i8:f32:1, {2.000000e+02,9.987200e-01}>)
func.func private @axis(!quant.uniform<i8:f32:1, {2.0e+2, 0.99872}>)
// CHECK-NEXT: @axis_zero_points(!quant.uniform<u8<0:254>:f32:3, {2.000000e+02:-120,9.987200e-01,1.000000e+00:12}>)
func.func private @axis_zero_points(!quant.uniform<u8<0:254>:f32:3, {2.0e+2:-120,0.99872:0,1.0:12}>)
// CHECK-NEXT: @axis_of_one(!quant.uniform<i32:f32:0, {5.000000e-01}>)
func.func private @axis_of_one(!quant.uniform<i32:f32:0, {0.5}>)
// CHECK-NEXT: @axis_scale_in_bits(!quant.uniform<i8:f32:0, {0x41646ABBA0000000,1.000000e+00:-3}>)
func.func private @axis_scale_in_bits(!quant.uniform<i8:f32:0, { 0x41646ABBA0000000 , 1.0 : -3 }>)
// CHECK-NEXT: @axis_over_lines(!quant.uniform<i8:f32:0, {5.000000e-01:1,2.500000e-01}>)
func.func private @axis_over_lines(!quant.uniform<i8:f32:0, {
  0.5:1,  // a comment
  0.25
}>)
// CHECK-NEXT: @in_a_tensor(tensor<2x?x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>)
func.func private @in_a_tensor(tensor<2x?x!quant.uniform<i8:f32:0, {0.5,0.25}>>)

// --- Any, calibrated ---

// CHECK-NEXT: @any(!quant.any<i8>, !quant.any<u4:f32>, !quant.any<i8<-8:7>:f32>)
func.func private @any(!quant.any<i8>, !quant.any<u4:f32>, !quant.any<i8<-8:7>:f32>)
// CHECK-NEXT: @calibrated(!quant.calibrated<f32<-5.000000e-01:1.232100e+00>>)
func.func private @calibrated(!quant.calibrated<f32<-0.5:1.2321>>)

// --- Aliases ---

!weights = !quant.uniform<i8<-127:127>:f32, 0.5>
// CHECK-NEXT: @alias(!quant.uniform<i8<-127:127>:f32, 5.000000e-01>)
func.func private @alias(!weights)
