"""The IBSI 1 digital phantom and some of its published values.

Phantom: Alex Zwanenburg for the Image Biomarker Standardisation Initiative, CC BY 4.0
(https://creativecommons.org/licenses/by/4.0/), here as plain numbers. Voxels of 2 mm; slices from the first.
"""

import math

import numpy as np

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume

IMAGE = np.array(
    [
        [[1, 4, 4, 1, 1], [1, 4, 6, 1, 1], [4, 1, 6, 4, 1], [4, 4, 6, 4, 1]],
        [[1, 4, 4, 1, 1], [1, 1, 6, 1, 1], [1, 1, 3, 1, 1], [4, 4, 6, 1, 1]],
        [[1, 4, 4, 1, 1], [1, 1, 1, 1, 1], [1, 1, 9, 1, 1], [1, 1, 6, 1, 1]],
        [[1, 4, 4, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 6, 1, 1]],
    ],
    np.int16,
)
MASK = np.ones(IMAGE.shape, np.bool_)
MASK[1, 2, 0] = MASK[2, 0, 3] = MASK[2, 0, 4] = MASK[2, 2, 2] = MASK[3, 0, 3] = MASK[3, 0, 4] = False

ANYWHERE = {
    "morph_volume": (556, 4), "morph_area_mesh": (388, 3), "morph_sphericity": (0.843, 0.005),
    "morph_com": (0.672, 0.004), "morph_diam": (13.1, 0.1), "morph_pca_least_axis": (8.54, 0.05),
    "morph_area_dens_aee": (1.36, 0.01), "morph_vol_dens_conv_hull": (0.961, 0.006),
    "morph_moran_i": (0.0397, 0.0003), "morph_geary_c": (0.974, 0.006), "loc_peak_loc": (2.6, 0),
    "loc_peak_glob": (3.1, 0), "stat_mean": (2.15, 0), "stat_kurt": (-0.355, 0), "stat_rmad": (1.11, 0),
    "stat_qcod": (0.6, 0), "ih_entropy": (1.27, 0), "ih_max_grad": (8, 0), "ih_min_grad_g": (1, 0),
    "ivh_v10": (0.324, 0), "ivh_v90": (0.0946, 0), "ivh_i10": (5, 0), "ivh_i90": (2, 0),
}  # fmt: skip
"""Value and tolerance of features that no dimension changes."""

BY_DIMENSION = {
    ("2D", "average"): {"cm_joint_var_2D_avg": 2.69, "rlm_lre_2D_avg": 3.78},
    ("2D", "merge"): {
        "cm_info_corr1_2D_comb": -0.0341, "rlm_r_perc_2D_comb": 0.627, "szm_zs_var_2D": 21,
        "dzm_lde_2D": 1.21, "ngt_strength_2D": 2.88, "ngl_hde_2D": 19.2,
    },
    ("2.5D", "average"): {"cm_clust_prom_2_5D_avg": 147, "rlm_rlnu_2_5D_avg": 22.3},
    ("2.5D", "merge"): {
        "cm_corr_2_5D_comb": 0.182, "rlm_glnu_2_5D_comb": 77.1, "szm_lze_2_5D": 34.2, "dzm_zdnu_2_5D": 14.4,
        "ngt_coarseness_2_5D": 0.0285, "ngl_dc_energy_2_5D": 0.122,
    },
    ("3D", "average"): {"cm_info_corr2_3D_avg": 0.52, "rlm_rl_entr_3D_avg": 2.43},
    ("3D", "merge"): {
        "cm_inv_var_3D_comb": 0.0574, "rlm_gl_var_3D_comb": 3.48, "szm_lzhge_3D": 1490,
        "dzm_zd_entr_3D": 1.92, "ngt_busyness_3D": 6.54, "ngl_ldhge_3D": 0.736,
    },
}  # fmt: skip


def phantom() -> Volume:
    """The image; it has no unit."""
    return Volume(IMAGE, Geometry.from_parts(IMAGE.shape, (0, 0, 0), (2, 2, 2)), "CT")


def is_reproduced(value: float | str, reference: float, tolerance: float) -> bool:
    """Whether a value lies within the tolerance of a reference, which is given with three digits."""
    if isinstance(value, str):
        return False
    rounding = 0.5 * 10 ** (math.floor(math.log10(abs(reference))) - 2) if reference else 0.0005
    return abs(value - reference) <= tolerance + rounding * (1 + 1e-9)
