// RUN: dqnn-opt %s --parsing-diagnostics --split-input-file | filecheck %s

// CHECK: error: {{.*}}:{{[0-9]+}}:{{[0-9]+}}: dqnn.relu has no property 'slope'
%x = "test.op"() : () -> tensor<4xf32>
%y = dqnn.relu %x {slope = 0.5} : tensor<4xf32>

// -----

// CHECK: error: {{.*}}: property 'beta' stands twice
%x = "test.op"() : () -> tensor<4xf32>
%y = dqnn.softmax %x {beta = 0.5, beta = 0.5} : tensor<4xf32>

// -----

// CHECK: error: {{.*}}: %x is used before it is defined
%y = dqnn.relu %x : tensor<4xf32>
%x = "test.op"() : () -> tensor<4xf32>

// -----

// CHECK: error: {{.*}}: a float32 has 32 bits
%x = "test.op"() : () -> tensor<4xf32>
%y = dqnn.clip %x {min = 0x7FF0000000000000, max = 1.0} : tensor<4xf32>

// -----

// CHECK: error: {{.*}}: dense data expected
%y = dqnn.constant 4 : i32

// -----

// CHECK: error: {{.*}}: an integer property has 64 bits
%x = "test.op"() : () -> tensor<1x4x4x1xf32>
%y = dqnn.max_pool2d %x {kernel = [99999999999999999999, 1]} : tensor<1x4x4x1xf32>

// -----

// CHECK: error: {{.*}}: an integer property has 64 bits
%x = "test.op"() : () -> tensor<4xf32>
%y = dqnn.concat %x, %x {axis = -99999999999999999999} : tensor<8xf32>
