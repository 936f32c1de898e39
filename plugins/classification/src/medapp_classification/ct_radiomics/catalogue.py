"""The features on offer: tag and identifier of the IBSI reference manual, title, and what they count.

Only features with a published reference value of the digital phantom are offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INTENSITY: Final = "I"
"""Stands for the unit of the image in `Feature.unit`."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Attributes:
        tag: Name in the published tables of reference values, without the aggregation.
        ibsi: Permanent identifier.
        unit: Of its value; `INTENSITY` stands for the unit of the image, empty for a pure number.
    """

    tag: str
    ibsi: str
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of features.

    Attributes:
        key: Start of the tags of its features.
        ibsi: Permanent identifier of the family.
        levels: Whether it goes by discretised grey levels.
        aggregated: How its matrices are put together: ``directions``, ``slices`` or not at all.
    """

    key: str
    ibsi: str
    title: str
    features: tuple[Feature, ...]
    levels: bool = False
    aggregated: str = ""


def _features(prefix: str, rows: str) -> tuple[Feature, ...]:
    """Read ``tag identifier title; unit`` a line."""
    found = []
    for row in rows.strip().splitlines():
        words, _, unit = row.partition(";")
        tag, ibsi, title = words.strip().split(maxsplit=2)
        found.append(Feature(f"{prefix}_{tag}", ibsi, title, unit.strip()))
    return tuple(found)


_MORPHOLOGY = _features(
    "morph",
    """
    volume RNU0 Volume (mesh); mm³
    vol_approx YEKZ Volume (voxels); mm³
    area_mesh C0JK Surface area; mm²
    av 2PR5 Surface to volume ratio; 1/mm
    comp_1 SKGS Compactness 1
    comp_2 BQWJ Compactness 2
    sph_dispr KRCK Spherical disproportion
    sphericity QCFX Sphericity
    asphericity 25C7 Asphericity
    com KLMA Centre of mass shift; mm
    diam L0JK Maximum 3D diameter; mm
    pca_maj_axis TDIC Major axis length; mm
    pca_min_axis P9VJ Minor axis length; mm
    pca_least_axis 7J51 Least axis length; mm
    pca_elongation Q3CK Elongation
    pca_flatness N17B Flatness
    vol_dens_aabb PBX1 Volume density, axis-aligned bounding box
    area_dens_aabb R59B Area density, axis-aligned bounding box
    vol_dens_aee 6BDE Volume density, approximate enclosing ellipsoid
    area_dens_aee RDD2 Area density, approximate enclosing ellipsoid
    vol_dens_conv_hull R3ER Volume density, convex hull
    area_dens_conv_hull 7T7F Area density, convex hull
    integ_int 99N0 Integrated intensity; I·mm³
    moran_i N365 Moran's I index
    geary_c NPT7 Geary's C measure
    """,
)
_LOCAL = _features(
    "loc",
    """
    peak_loc VJGA Local intensity peak; I
    peak_glob 0F91 Global intensity peak; I
    """,
)
_STATISTICS = _features(
    "stat",
    """
    mean Q4LE Mean intensity; I
    var ECT3 Intensity variance; I²
    skew KE2A Intensity skewness
    kurt IPH6 Excess intensity kurtosis
    median Y12H Median intensity; I
    min 1GSF Minimum intensity; I
    p10 QG58 10th percentile; I
    p90 8DWT 90th percentile; I
    max 84IY Maximum intensity; I
    iqr SALO Interquartile range; I
    range 2OJQ Range; I
    mad 4FUA Mean absolute deviation; I
    rmad 1128 Robust mean absolute deviation; I
    medad N72L Median absolute deviation; I
    cov 7TET Coefficient of variation
    qcod 9S40 Quartile coefficient of dispersion
    energy N8CA Energy; I²
    rms 5ZWQ Root mean square; I
    """,
)
_HISTOGRAM = _features(
    "ih",
    """
    mean X6K6 Mean grey level
    var CH89 Variance
    skew 88K1 Skewness
    kurt C3I7 Excess kurtosis
    median WIFQ Median
    min 1PR8 Minimum
    p10 GPMT 10th percentile
    p90 OZ0C 90th percentile
    max 3NCY Maximum
    mode AMMC Mode
    iqr WR0O Interquartile range
    range 5Z3W Range
    mad D2ZX Mean absolute deviation
    rmad WRZB Robust mean absolute deviation
    medad 4RNL Median absolute deviation
    cov CWYJ Coefficient of variation
    qcod SLWD Quartile coefficient of dispersion
    entropy TLU2 Entropy; bit
    uniformity BJ5W Uniformity
    max_grad 12CE Maximum histogram gradient
    max_grad_g 8E6O Grey level of the maximum gradient
    min_grad VQB3 Minimum histogram gradient
    min_grad_g RHQZ Grey level of the minimum gradient
    """,
)
_VOLUME_HISTOGRAM = _features(
    "ivh",
    """
    v10 NK6P Volume fraction at 10 % intensity
    v90 4279 Volume fraction at 90 % intensity
    i10 PWN1 Intensity at 10 % volume; I
    i90 BOHI Intensity at 90 % volume; I
    diff_v10_v90 WITY Difference of volume fractions, 10 and 90 % intensity
    diff_i10_i90 JXJA Difference of intensities, 10 and 90 % volume; I
    """,
)
_COOCCURRENCE = _features(
    "cm",
    """
    joint_max GYBY Joint maximum
    joint_avg 60VM Joint average
    joint_var UR99 Joint variance
    joint_entr TU9B Joint entropy; bit
    diff_avg TF7R Difference average
    diff_var D3YU Difference variance
    diff_entr NTRS Difference entropy; bit
    sum_avg ZGXS Sum average
    sum_var OEEB Sum variance
    sum_entr P6QZ Sum entropy; bit
    energy 8ZQL Angular second moment
    contrast ACUI Contrast
    dissimilarity 8S9J Dissimilarity
    inv_diff IB1Z Inverse difference
    inv_diff_norm NDRX Normalised inverse difference
    inv_diff_mom WF0Z Inverse difference moment
    inv_diff_mom_norm 1QCO Normalised inverse difference moment
    inv_var E8JP Inverse variance
    corr NI2N Correlation
    auto_corr QWB0 Autocorrelation
    clust_tend DG8W Cluster tendency
    clust_shade 7NFM Cluster shade
    clust_prom AE86 Cluster prominence
    info_corr1 R8DG First measure of information correlation
    info_corr2 JN9H Second measure of information correlation
    """,
)
_RUNS = _features(
    "rlm",
    """
    sre 22OV Short runs emphasis
    lre W4KF Long runs emphasis
    lgre V3SW Low grey level run emphasis
    hgre G3QZ High grey level run emphasis
    srlge HTZT Short run low grey level emphasis
    srhge GD3A Short run high grey level emphasis
    lrlge IVPO Long run low grey level emphasis
    lrhge 3KUM Long run high grey level emphasis
    glnu R5YN Grey level non-uniformity
    glnu_norm OVBL Normalised grey level non-uniformity
    rlnu W92Y Run length non-uniformity
    rlnu_norm IC23 Normalised run length non-uniformity
    r_perc 9ZK5 Run percentage
    gl_var 8CE5 Grey level variance
    rl_var SXLW Run length variance
    rl_entr HJ9O Run entropy; bit
    """,
)
_ZONES = _features(
    "szm",
    """
    sze 5QRC Small zone emphasis
    lze 48P8 Large zone emphasis
    lgze XMSY Low grey level zone emphasis
    hgze 5GN9 High grey level zone emphasis
    szlge 5RAI Small zone low grey level emphasis
    szhge HW1V Small zone high grey level emphasis
    lzlge YH51 Large zone low grey level emphasis
    lzhge J17V Large zone high grey level emphasis
    glnu JNSA Grey level non-uniformity
    glnu_norm Y1RO Normalised grey level non-uniformity
    zsnu 4JP3 Zone size non-uniformity
    zsnu_norm VB3A Normalised zone size non-uniformity
    z_perc P30P Zone percentage
    gl_var BYLV Grey level variance
    zs_var 3NSA Zone size variance
    zs_entr GU8N Zone size entropy; bit
    """,
)
_DISTANCES = _features(
    "dzm",
    """
    sde 0GBI Small distance emphasis
    lde MB4I Large distance emphasis
    lgze S1RA Low grey level zone emphasis
    hgze K26C High grey level zone emphasis
    sdlge RUVG Small distance low grey level emphasis
    sdhge DKNJ Small distance high grey level emphasis
    ldlge A7WM Large distance low grey level emphasis
    ldhge KLTH Large distance high grey level emphasis
    glnu VFT7 Grey level non-uniformity
    glnu_norm 7HP3 Normalised grey level non-uniformity
    zdnu V294 Zone distance non-uniformity
    zdnu_norm IATH Normalised zone distance non-uniformity
    z_perc VIWW Zone percentage
    gl_var QK93 Grey level variance
    zd_var 7WT1 Zone distance variance
    zd_entr GBDU Zone distance entropy; bit
    """,
)
_TONES = _features(
    "ngt",
    """
    coarseness QCDE Coarseness
    contrast 65HE Contrast
    busyness NQ30 Busyness
    complexity HDEZ Complexity
    strength 1X9X Strength
    """,
)
_DEPENDENCES = _features(
    "ngl",
    """
    lde SODN Low dependence emphasis
    hde IMOQ High dependence emphasis
    lgce TL9H Low grey level count emphasis
    hgce OAE7 High grey level count emphasis
    ldlge EQ3F Low dependence low grey level emphasis
    ldhge JA6D Low dependence high grey level emphasis
    hdlge NBZI High dependence low grey level emphasis
    hdhge 9QMG High dependence high grey level emphasis
    glnu FP8K Grey level non-uniformity
    glnu_norm 5SPA Normalised grey level non-uniformity
    dcnu Z87G Dependence count non-uniformity
    dcnu_norm OKJI Normalised dependence count non-uniformity
    dc_perc 6XV8 Dependence count percentage
    gl_var 1PFV Grey level variance
    dc_var DNX2 Dependence count variance
    dc_entr FCBV Dependence count entropy; bit
    dc_energy CAS9 Dependence count energy
    """,
)

FAMILIES: Final = (
    Family("morph", "HCUG", "Morphology", _MORPHOLOGY),
    Family("loc", "9ST6", "Local intensity", _LOCAL),
    Family("stat", "UHIW", "Intensity statistics", _STATISTICS),
    Family("ih", "ZVCW", "Intensity histogram", _HISTOGRAM, levels=True),
    Family("ivh", "P88C", "Intensity-volume histogram", _VOLUME_HISTOGRAM),
    Family(
        "cm", "LFYI", "Grey level co-occurrence (GLCM)", _COOCCURRENCE, levels=True, aggregated="directions"
    ),
    Family("rlm", "TP0I", "Grey level run lengths (GLRLM)", _RUNS, levels=True, aggregated="directions"),
    Family("szm", "9SAK", "Grey level size zones (GLSZM)", _ZONES, levels=True, aggregated="slices"),
    Family("dzm", "VMDZ", "Grey level distance zones (GLDZM)", _DISTANCES, levels=True, aggregated="slices"),
    Family(
        "ngt", "IPET", "Neighbourhood grey tone differences (NGTDM)", _TONES, levels=True, aggregated="slices"
    ),
    Family(
        "ngl",
        "REK0",
        "Neighbouring grey level dependences (NGLDM)",
        _DEPENDENCES,
        levels=True,
        aggregated="slices",
    ),
)

BY_KEY: Final = {family.key: family for family in FAMILIES}

AGGREGATIONS: Final = {
    ("directions", "2D", "average"): ("2D_avg", "BTW3"),
    ("directions", "2D", "merge"): ("2D_comb", "SUJT"),
    ("directions", "2.5D", "average"): ("2_5D_avg", "JJUI"),
    ("directions", "2.5D", "merge"): ("2_5D_comb", "ZW7Z"),
    ("directions", "3D", "average"): ("3D_avg", "ITBB"),
    ("directions", "3D", "merge"): ("3D_comb", "IAZD"),
    ("slices", "2D", ""): ("2D", "8QNN"),
    ("slices", "2.5D", ""): ("2_5D", "62GR"),
    ("slices", "3D", ""): ("3D", "KOBO"),
}
"""End of the tag, and identifier, by what is put together, dimension and method."""


def full_tag(family: Family, feature: Feature, dimension: str, aggregation: str) -> str:
    """The tag with its aggregation, as the published tables write it: ``cm_contrast_3D_comb``."""
    if not family.aggregated:
        return feature.tag
    method = aggregation if family.aggregated == "directions" else ""
    return f"{feature.tag}_{AGGREGATIONS[family.aggregated, dimension, method][0]}"
