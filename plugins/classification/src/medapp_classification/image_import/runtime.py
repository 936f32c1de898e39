"""Run a foreign network: an array in, numbers out, and a sentence for everything that goes wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from medapp_classification.image_import.words import ImportRefused

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from medapp_classification.image_import.description import Description

_TYPES: dict[str, type[np.floating]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
}
_LONGEST = 200


class Runtime(Protocol):
    """A loaded network."""

    @property
    def name(self) -> str:
        """Of what runs it, for the provenance."""
        ...

    @property
    def module(self) -> torch.nn.Module | None:
        """The network where torch can look into it, None where it is opaque."""
        ...

    def run(self, array: NDArray[np.float32]) -> NDArray[np.float64]:
        """Outputs of a batch (B, channels, *size), whatever their shape.

        Raises:
            ImportRefused: Where the network cannot be run on it.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OnnxRuntime:
    """ONNX through onnxruntime, on the processor or a CUDA device; operators of its own are never loaded."""

    session: object
    given: str
    output: str
    kind: type[np.floating]
    name: str
    module: None = None

    def run(self, array: NDArray[np.float32]) -> NDArray[np.float64]:
        """See `Runtime.run`."""
        try:
            found = self.session.run([self.output], {self.given: array.astype(self.kind)})  # type: ignore[attr-defined]
        except Exception as error:
            message = f"the network cannot be run on this input: {_first_line(error)}"
            raise ImportRefused(message) from error
        return np.asarray(found[0], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class TorchRuntime:
    """A torch module, TorchScript (`opaque`) or built from MONAI's class."""

    network: torch.nn.Module
    device: str
    name: str
    opaque: bool

    @property
    def module(self) -> torch.nn.Module | None:
        """None for TorchScript: its insides run where no hook sees them."""
        return None if self.opaque else self.network

    def run(self, array: NDArray[np.float32]) -> NDArray[np.float64]:
        """See `Runtime.run`."""
        import torch

        try:
            with torch.no_grad():
                found = self.network(torch.from_numpy(array).to(self.device))
        except Exception as error:
            message = f"the network cannot be run on this input: {_first_line(error)}"
            raise ImportRefused(message) from error
        if isinstance(found, tuple | list) and found:
            found = found[0]
        if not isinstance(found, torch.Tensor):
            message = "the network gives no tensor"
            raise ImportRefused(message)
        return np.asarray(found.detach().cpu().double().numpy())


def _onnxruntime() -> Any:  # noqa: ANN401 - a module
    """The library, told before it is loaded to keep to itself: it sends what it runs to its maker else."""
    for name in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED"):  # as versions of it name it
        os.environ[name] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # where the system collects it, which heeds no variable
    return onnxruntime


def load_onnx(content: bytes, description: Description, device: str, threads: int) -> OnnxRuntime:
    """Open an ONNX model.

    Raises:
        ImportRefused: Where it is damaged, or takes or gives something else than the manifest says.
    """
    onnxruntime = _onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    options.log_severity_level = 4
    available = onnxruntime.get_available_providers()
    wanted = ["CUDAExecutionProvider"] if device.startswith("cuda") else []
    providers = [one for one in (*wanted, "CPUExecutionProvider") if one in available]
    try:
        session = onnxruntime.InferenceSession(content, options, providers=providers)
    except Exception as error:
        message = f"the ONNX file is damaged or of a kind that cannot be read: {_first_line(error)}"
        raise ImportRefused(message) from error
    inputs, outputs = session.get_inputs(), [one.name for one in session.get_outputs()]
    if len(inputs) != 1 or inputs[0].type not in _TYPES:
        kind = inputs[0].type if inputs else "nothing"
        message = f"the network takes {len(inputs)} inputs ({kind}), not one of numbers"
        raise ImportRefused(message)
    output = description.output or outputs[0]
    if output not in outputs:
        message = f"the network has no output {output!r}; it has {', '.join(outputs)}"
        raise ImportRefused(message)
    _refuse_other_shape(inputs[0].shape, description)
    name = f"onnxruntime {onnxruntime.__version__}, {session.get_providers()[0]}"
    return OnnxRuntime(session, inputs[0].name, output, _TYPES[inputs[0].type], name)


def shape_of(description: Description) -> tuple[int, ...]:
    """(1, channels, *size), or with the channels last: what goes in."""
    given = description.given
    return (1, *given.size, given.channels) if given.channels_last else (1, given.channels, *given.size)


def _refuse_other_shape(wanted: list[object], description: Description) -> None:
    made = shape_of(description)
    fits = len(wanted) == len(made) and all(
        not isinstance(own, int) or own == one for own, one in zip(wanted, made, strict=True)
    )
    if not fits:
        words = " x ".join(str(one) for one in wanted)
        message = (
            f"the network takes {words}, the manifest makes {' x '.join(map(str, made))}: correct [input]"
        )
        raise ImportRefused(message)


def load_script(path: Path, device: str) -> TorchRuntime:
    """Load TorchScript, which is code: only where the user trusts it.

    Raises:
        ImportRefused: Where it is damaged or holds weights that are no numbers.
    """
    import torch

    try:
        network = torch.jit.load(str(path), map_location=device).eval()
    except Exception as error:
        message = f"the TorchScript file is damaged: {_first_line(error)}"
        raise ImportRefused(message) from error
    refuse_no_numbers(network)
    return TorchRuntime(network, device, f"TorchScript, torch {torch.__version__}", opaque=True)


def refuse_no_numbers(network: torch.nn.Module) -> None:
    """Refuse a network with weights that are no numbers.

    Raises:
        ImportRefused: Where it has any.
    """
    import torch

    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            message = (
                "the network's weights hold values that are no numbers: the file is damaged, get it anew"
            )
            raise ImportRefused(message)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:_LONGEST] if lines else type(error).__name__
