"""Makes the sample patient in a folder, once."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

_DONE = "sample.txt"


@dataclass(frozen=True)
class SamplePatient:
    """Where the parts of the sample patient lie.

    Attributes:
        folder: Holds everything.
        images: Holds one folder a series; this is what to open.
        t1, t2: 188 slices of 1 mm and 47 slices of 4 mm, in one frame of reference.
        record: FHIR R4 Bundle.
        genome: VCF 4.3, GRCh38.
    """

    folder: Path

    @property
    def images(self) -> Path:
        """The DICOM study."""
        return self.folder / "images"

    @property
    def t1(self) -> Path:
        """The series with contrast medium."""
        return self.images / "t1"

    @property
    def t2(self) -> Path:
        """The series of thick slices."""
        return self.images / "t2"

    @property
    def record(self) -> Path:
        """The record."""
        return self.folder / "record.json"

    @property
    def genome(self) -> Path:
        """The genome."""
        return self.folder / "genome.vcf"


def make_sample(target: Path, *, seed: int = 0) -> SamplePatient:
    """The sample patient in `target`; made there if it is not yet, which takes some ten seconds.

    It is written beside `target` first and then renamed: what lies in `target` is whole.

    Raises:
        FileNotFoundError: Where the template was not shipped.
        OSError: Where nothing can be written.
    """
    sample = SamplePatient(target)
    marker = target / _DONE
    if marker.is_file():
        return sample
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        new = SamplePatient(Path(scratch) / "new")
        _make(new, seed)
        (new.folder / _DONE).write_text(f"The sample patient, made up; seed {seed}.\n", encoding="utf-8")
        if target.exists():
            target.rename(Path(scratch) / "unfinished")
        try:
            new.folder.rename(target)
        except OSError:
            # Another program was faster; its patient is as good.
            if not marker.is_file():
                raise
    return sample


def _make(sample: SamplePatient, seed: int) -> None:
    import numpy as np

    from medapp.services.sample.anatomy import draw_head
    from medapp.services.sample.contrast import T1, T2, image
    from medapp.services.sample.dicom_series import T1_SEQUENCE, T2_SEQUENCE, write_series
    from medapp.services.sample.genome import write_genome
    from medapp.services.sample.grid import ORIGIN
    from medapp.services.sample.record import write_record
    from medapp.services.sample.template import LICENCE, load_template

    rng = np.random.default_rng(seed)
    head = draw_head(load_template(), rng)
    superior, posterior, left = ORIGIN
    for folder, contrast, sequence in ((sample.t1, T1, T1_SEQUENCE), (sample.t2, T2, T2_SEQUENCE)):
        thickness = round(sequence.thickness)
        pixels = image(head, contrast, rng, thickness=thickness)
        # The centre of a thick slice lies in the middle of those it was made of.
        first = (left, posterior, superior + (thickness - 1) / 2)
        write_series(folder, pixels, sequence, first, seed)
    write_record(sample.record)
    write_genome(sample.genome)
    shutil.copyfile(LICENCE, sample.folder / LICENCE.name)
