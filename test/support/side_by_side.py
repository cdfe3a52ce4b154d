"""Many networks as one: side by side in one function, so that one build runs them all."""

from __future__ import annotations

from collections.abc import Sequence

from dqnnc.dialects.dqnn.network import network_function
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue


def side_by_side(modules: Sequence[ModuleOp]) -> ModuleOp:
    """A network with the inputs of all, one after the other, and the outputs likewise. The modules are used up."""
    functions = [network_function(module) for module in modules]
    types = [type for function in functions for type in function.function_type.inputs]
    block = Block(arg_types=types)
    given, results = iter(block.args), list[SSAValue]()
    for function in functions:
        body = function.body.block
        for argument in body.args:
            argument.replace_all_uses_with(next(given))
        for op in list(body.ops):
            op.detach()
            if isinstance(op, ReturnOp):
                results += op.operands
                op.erase()
            else:
                block.add_op(op)
    block.add_op(ReturnOp(*results))
    function = FuncOp(
        "networks",
        (types, [result.type for result in results]),
        Region(block),
        arg_attrs=_joined([function.arg_attrs for function in functions]),
        res_attrs=_joined([function.res_attrs for function in functions]),
    )
    return ModuleOp([function])


def _joined(attributes: Sequence[ArrayAttr[DictionaryAttr] | None]) -> ArrayAttr[DictionaryAttr]:
    """The attributes of all arguments or results."""
    return ArrayAttr([each for some in attributes if some is not None for each in some])
