"""Where the network's answer came from: Grad-CAM (Selvaraju et al., ICCV 2017) on the last dense block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp_classification.cxr_findings.network import Findings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.cxr_findings.network import CxrNet

METHOD = "Grad-CAM of the network, last dense block"


def grad_cam(network: CxrNet, image: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """What speaks for a finding, coarse as the last block is.

    Args:
        network: In eval mode.
        image: (n, n), 0 to 1.
        place: Of the finding.

    Returns:
        (n / 32, n / 32), 0 and above; all 0 where nothing speaks for it.
    """
    from captum.attr import LayerGradCam

    explain = LayerGradCam(Findings(network), network.trunk.denseblock4)
    tensor = torch.from_numpy(image)[None, None].requires_grad_()
    found = explain.attribute(tensor, target=place, relu_attributions=True)
    return np.asarray(found[0, 0].detach().numpy(), np.float32)


def on_grid(coarse: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """(1, rows, columns), 0 to 1 with its largest value at 1, of what `grad_cam` gave."""
    tensor = torch.from_numpy(coarse)[None, None]
    fine = torch.nn.functional.interpolate(tensor, (rows, columns), mode="bilinear", align_corners=False)[0]
    most = float(fine.max())
    return np.asarray((fine / most if most > 0 else fine).clamp(0, 1).numpy(), np.float32)
