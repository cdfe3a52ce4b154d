"""The C file that ties a network to the harness (see c/harness.h)."""

from collections.abc import Iterable, Sequence

from .project import Project, Tensor

_TEMPLATE = """\
#include "harness.h"
#include "{header}"

#define ARENA_BYTES ({prefix}_ACTIVATIONS_BYTES > 0 ? {prefix}_ACTIVATIONS_BYTES : 1)
static unsigned char arena[ARENA_BYTES] __attribute__((aligned({prefix}_ACTIVATIONS_ALIGN)));
{storage}
const harness_buffer harness_arena = {{arena, sizeof arena}};
const harness_buffer harness_inputs[] = {{
{inputs}
}};
const size_t harness_input_count = {input_count};
const harness_buffer harness_outputs[] = {{
{outputs}
}};
const size_t harness_output_count = {output_count};
unsigned char *harness_stack_pointer;

int harness_run(void) {{
    const void *const inputs[] = {{{input_pointers}}};
    void *const outputs[] = {{{output_pointers}}};
    HARNESS_READ_STACK_POINTER(harness_stack_pointer);
    return {name}_run(arena, inputs, outputs);
}}
"""


def harness_source(project: Project) -> str:
    """C text that defines the buffers of `project`'s network and runs it on them."""

    def lines(tensors: Sequence[Tensor], form: str) -> str:
        return "\n".join(form.format(data=_pointer(tensor), macro=tensor.macro) for tensor in tensors)

    def pointers(tensors: Iterable[Tensor]) -> str:
        return ", ".join(_pointer(tensor) for tensor in tensors)

    outside = [tensor for tensor in project.inputs + project.outputs if not tensor.in_arena]
    storage = "static unsigned char {data}[{macro}_BYTES] __attribute__((aligned(4)));"
    return _TEMPLATE.format(
        header=project.header.name,
        prefix=project.name.upper(),
        name=project.name,
        storage=lines(outside, storage),
        inputs=lines(project.inputs, "    {{{data}, {macro}_BYTES}},"),
        outputs=lines(project.outputs, "    {{{data}, {macro}_BYTES}},"),
        input_count=len(project.inputs),
        output_count=len(project.outputs),
        input_pointers=pointers(project.inputs),
        output_pointers=pointers(project.outputs),
    )


def _pointer(tensor: Tensor) -> str:
    """C expression for the tensor's memory."""
    return f"arena + {tensor.macro}_OFFSET" if tensor.in_arena else f"{tensor.macro.lower()}_data"
