"""The sample patient: a made-up head MR, record and genome."""

from medapp.services.sample.make import SamplePatient, make_sample

__all__ = ["SamplePatient", "make_sample"]
