// Every failure is one line on standard error, exit status 1, and nothing on standard output.
// RUN: rm -f %t.all

// RUN: not dqnn-opt %s -p nothing 2>&1 | tee -a %t.all | filecheck %s --check-prefix=PASS
// PASS:     error: unknown pass 'nothing'; --list-passes names all{{$}}

// RUN: not dqnn-opt %s -p 'prepare{speed=3}' 2>&1 | tee -a %t.all | filecheck %s --check-prefix=OPTION
// OPTION:     error: pass 'prepare': Provided arguments ["speed"] not found in expected arguments []{{$}}

// RUN: not dqnn-opt %s -p 'prepare{' 2>&1 | tee -a %t.all | filecheck %s --check-prefix=SYNTAX
// SYNTAX:     error: passes or target: {{.*$}}

// RUN: not dqnn-opt %s.absent 2>&1 | tee -a %t.all | filecheck %s --check-prefix=FILE
// FILE:     error: {{.*}}errors.mlir.absent: No such file or directory{{$}}

// RUN: cp %s %t.strange && not dqnn-opt %t.strange 2>&1 | tee -a %t.all | filecheck %s --check-prefix=EXTENSION
// EXTENSION:     error: {{.*}}.strange: no format known by this extension; give one of {{.*}}.mlir, .onnx, .tflite, or name it with -f{{$}}

// RUN: not dqnn-opt %S/Inputs/syntax.mlir 2>&1 | tee -a %t.all | filecheck %s --check-prefix=PARSE
// PARSE:     error: {{.*}}syntax.mlir:2:22: dqnn.relu has no property 'slope'{{$}}

// RUN: not dqnn-opt %S/Inputs/order.mlir 2>&1 | tee -a %t.all | filecheck %s --check-prefix=ORDER
// ORDER:     error: invalid IR: layer 'second' (dqnn.relu): operand 0 is used before it is defined{{$}}

// RUN: not dqnn-opt %S/Inputs/arity.mlir 2>&1 | tee -a %t.all | filecheck %s --check-prefix=ARITY
// ARITY:     error: invalid IR: dqnn.relu (%y): Expected 1 operand, but got 2{{$}}

// A pass that leaves an invalid module is named with the op.
// RUN: not dqnn-opt %S/Inputs/valid.mlir -p 'cse,apply-pdl{pdl-file="%S/Inputs/break_relu.mlir"}' 2>&1 | tee -a %t.all | filecheck %s --check-prefix=BROKEN
// BROKEN:     error: invalid IR after pass 'apply-pdl': dqnn.clip (%y): property 'min' expected in operation 'dqnn.clip'{{$}}

// So is one that fails.
// RUN: not dqnn-opt %S/Inputs/valid.mlir -p 'cse,apply-pdl{pdl-file="%s.absent"}' 2>&1 | tee -a %t.all | filecheck %s --check-prefix=FAILED
// FAILED:     error: pass 'apply-pdl' failed: {{.*$}}

// An option that there is not.
// RUN: not dqnn-opt %s --speed=3 2>&1 | tee -a %t.all | filecheck %s --check-prefix=USAGE
// USAGE:     error: unrecognized arguments: --speed=3; --help lists what there is{{$}}

// RUN: not dqnn-opt %s -t rust 2>&1 | tee -a %t.all | filecheck %s --check-prefix=TARGET
// TARGET:     error: argument -t/--target: invalid choice: 'rust' (choose from {{.*}}); --help lists what there is{{$}}

// RUN: not dqnn-opt %S/Inputs/huge.mlir 2>&1 | tee -a %t.all | filecheck %s --check-prefix=MEMORY
// MEMORY:     error: not enough memory; {{.*$}}

// RUN: %python -c "print('module {' * 3000)" | not dqnn-opt 2>&1 | tee -a %t.all | filecheck %s --check-prefix=NESTED
// NESTED:     error: the input is nested too deeply{{$}}

// A string without end, or with an escape that there is not: xDSL's lexer alone would need hours.
// RUN: not dqnn-opt %S/Inputs/open_string.mlir 2>&1 | tee -a %t.all | filecheck %s --check-prefix=STRING
// STRING:     error: {{.*}}open_string.mlir:2:42: the string does not end on its line, or has an escape that there is not{{$}}

// RUN: wc -l < %t.all | filecheck %s --check-prefix=LINES
// LINES: {{^ *15$}}

// No output file is left behind.
// RUN: not dqnn-opt %S/Inputs/arity.mlir -o %t.out 2>/dev/null ; not ls %t.out
