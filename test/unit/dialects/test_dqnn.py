"""The Python side of the dqnn dialect: what text cannot show."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.dialects.dqnn import OPERATORS, ConstantOp, Conv2DOp, ReluOp, layer_loc, layer_name, replace
from dqnnc.dialects.dqnn.network import argument_names, network_function, result_names
from support.twin import int8
from xdsl.dialects import test
from xdsl.dialects.builtin import BytesAttr, DenseIntOrFPElementsAttr, ModuleOp, TensorType, f32, i8
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.utils.exceptions import VerifyException


def test_constant_of_a_wrong_number_of_bytes():
    element = int8(0.5)
    op = ConstantOp.create(
        result_types=[TensorType(element, [4])],
        properties={"value": DenseIntOrFPElementsAttr(TensorType(i8, [4]), BytesAttr(b"abc"))},
    )
    with pytest.raises(VerifyException, match="data has 3 bytes, expected 4"):
        op.verify()


def test_constant_holds_an_array():
    codes = np.arange(-3, 3, dtype=np.int8).reshape(2, 3)
    op = ConstantOp(codes[:, ::-1], int8(0.5))
    np.testing.assert_array_equal(op.array, codes[:, ::-1])
    assert op.array.dtype == np.int8
    op.verify()


def test_python_values_become_properties():
    x, w = (
        test.TestOp(result_types=[TensorType(f32, [1, 4, 4, 1])]),
        test.TestOp(result_types=[TensorType(f32, [2, 1, 1, 1])]),
    )
    op = Conv2DOp(x, w, None, TensorType(f32, [1, 2, 2, 2]), strides=(2, 2), clamp_min=0.0)
    op.verify()
    assert op.strides.get_values() == (2, 2)
    assert op.bias is None
    assert op.clamp_min is not None
    assert op.clamp_min.value.data == 0.0
    assert op.clamp_max is None


def test_replace_keeps_the_layer():
    x = test.TestOp(result_types=[TensorType(f32, [4])])
    old = ReluOp(x, TensorType(f32, [4]))
    old.location = layer_loc("conv1")
    block = Block([x, old])
    new = ReluOp(x, TensorType(f32, [4]))
    replace(PatternRewriter(old), old, new)
    assert list(block.ops) == [x, new]
    assert layer_name(new) == "conv1"


def test_names_of_a_network():
    type_ = TensorType(f32, [4])
    block = Block(arg_types=[type_, type_])
    block.args[1].name_hint = "image"
    block.add_op(ReturnOp(block.args[0]))
    function = FuncOp("main", ([type_, type_], [type_]), Region(block))
    assert network_function(ModuleOp([function])) is function
    assert argument_names(function) == ["in_0", "image"]
    assert result_names(function) == ["out_0"]
    with pytest.raises(ValueError, match="expected a module with one function, found 0"):
        network_function(ModuleOp([]))


def test_every_operator_has_semantics():
    from dqnnc.dialects.semantics.interpreter import FUNCTIONS

    known = {op for functions in FUNCTIONS for op, _ in functions._impls()}  # pyright: ignore[reportPrivateUsage]
    assert known == set(OPERATORS)
