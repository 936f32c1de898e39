"""What admet-ai says of a molecule, in words, each with its unit and with what is possible at all.

Its columns are those of the tables of the Therapeutics Data Commons that it was trained on. Its networks for
numbers are not limited: half-lives and volumes below zero and shares above a hundred come out of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SOURCE: Final = "admet-ai"


@dataclass(frozen=True)
class Endpoint:
    """One of its columns.

    Attributes:
        column: Its name there.
        name: As it is told.
        unit: Empty for a probability.
        least, largest: What is possible, in `unit`.
        ours: Name of the table by which screening predicts the same; empty where it does not.
    """

    column: str
    name: str
    unit: str = ""
    least: float = -math.inf
    largest: float = math.inf
    ours: str = ""

    @property
    def title(self) -> str:
        """Key of the property: what screening says of the same stands beside it."""
        return f"{self.name} ({SOURCE})"

    def possible(self, value: float) -> float | None:
        """The value, moved to what is possible; None where it is none at all."""
        return min(max(value, self.least), self.largest) if math.isfinite(value) else None


def _chance(column: str, name: str, ours: str = "") -> Endpoint:
    return Endpoint(column, name, "", 0.0, 1.0, ours)


ENDPOINTS: Final = (
    Endpoint("Lipophilicity_AstraZeneca", "lipophilicity at pH 7.4", "log D", ours="lipophilicity"),
    Endpoint("Solubility_AqSolDB", "solubility in water", "log mol/L", ours="solubility"),
    # Its own list says log(10^-6 cm/s); the values of the table it was trained on are logarithms of cm/s.
    Endpoint("Caco2_Wang", "permeability of Caco-2 cells", "log cm/s", ours="caco2"),
    Endpoint("PPBR_AZ", "bound to plasma proteins", "%", 0, 100, "ppbr"),
    Endpoint("VDss_Lombardo", "volume of distribution", "L/kg", 0, ours="vdss"),
    Endpoint("Half_Life_Obach", "half-life", "h", 0, ours="half-life"),
    Endpoint("Clearance_Hepatocyte_AZ", "clearance by hepatocytes", "uL/min/10^6 cells", 0, ours="cl-hepa"),
    Endpoint("Clearance_Microsome_AZ", "clearance by microsomes", "mL/min/g", 0, ours="cl-micro"),
    Endpoint("HydrationFreeEnergy_FreeSolv", "free energy of hydration", "kcal/mol"),
    Endpoint("LD50_Zhu", "deadly to half of rats", "-log mol/kg"),
    _chance("BBB_Martins", "passes into the brain", "bbb"),
    _chance("HIA_Hou", "absorbed from the gut", "hia"),
    _chance("Bioavailability_Ma", "bioavailable by mouth", "bioavailability"),
    _chance("PAMPA_NCATS", "passes an artificial membrane"),
    _chance("Pgp_Broccatelli", "inhibits P-glycoprotein", "pgp-inhibitor"),
    _chance("CYP1A2_Veith", "inhibits CYP1A2", "cyp1a2-inhibitor"),
    _chance("CYP2C9_Veith", "inhibits CYP2C9", "cyp2c9-inhibitor"),
    _chance("CYP2C19_Veith", "inhibits CYP2C19", "cyp2c19-inhibitor"),
    _chance("CYP2D6_Veith", "inhibits CYP2D6", "cyp2d6-inhibitor"),
    _chance("CYP3A4_Veith", "inhibits CYP3A4", "cyp3a4-inhibitor"),
    _chance("CYP2C9_Substrate_CarbonMangels", "changed by CYP2C9"),
    _chance("CYP2D6_Substrate_CarbonMangels", "changed by CYP2D6"),
    _chance("CYP3A4_Substrate_CarbonMangels", "changed by CYP3A4"),
    _chance("hERG", "blocks the potassium channel of the heart"),
    _chance("AMES", "changes the genes of bacteria"),
    _chance("DILI", "injures the liver"),
    _chance("ClinTox", "fails in a trial for toxicity"),
    _chance("Carcinogens_Lagunin", "causes cancer in rodents"),
    _chance("Skin_Reaction", "irritates skin"),
    _chance("NR-AR", "Tox21 NR-AR"),
    _chance("NR-AR-LBD", "Tox21 NR-AR-LBD"),
    _chance("NR-AhR", "Tox21 NR-AhR"),
    _chance("NR-Aromatase", "Tox21 NR-Aromatase"),
    _chance("NR-ER", "Tox21 NR-ER"),
    _chance("NR-ER-LBD", "Tox21 NR-ER-LBD"),
    _chance("NR-PPAR-gamma", "Tox21 NR-PPAR-gamma"),
    _chance("SR-ARE", "Tox21 SR-ARE"),
    _chance("SR-ATAD5", "Tox21 SR-ATAD5"),
    _chance("SR-HSE", "Tox21 SR-HSE"),
    _chance("SR-MMP", "Tox21 SR-MMP"),
    _chance("SR-p53", "Tox21 SR-p53"),
)
SHARED: Final = tuple(one for one in ENDPOINTS if one.ours)
"""Those that screening predicts too."""
