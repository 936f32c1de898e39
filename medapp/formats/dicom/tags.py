"""The elements the index reads, with the value representations of PS3.6.

Everything else in a header is skipped by its length. Values keep their raw bytes until they are asked
for, so an element more in these tables costs one dictionary entry a file.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ELEMENTS: Final = """
00020002 UI MediaStorageSOPClassUID
00020010 UI TransferSyntaxUID
00080005 CS SpecificCharacterSet
00080008 CS ImageType
00080016 UI SOPClassUID
00080018 UI SOPInstanceUID
00080020 DA StudyDate
00080021 DA SeriesDate
00080022 DA AcquisitionDate
00080023 DA ContentDate
0008002A DT AcquisitionDateTime
00080030 TM StudyTime
00080031 TM SeriesTime
00080032 TM AcquisitionTime
00080033 TM ContentTime
00080050 SH AccessionNumber
00080060 CS Modality
00080068 CS PresentationIntentType
00080070 LO Manufacturer
00080080 LO InstitutionName
00080090 PN ReferringPhysicianName
00081010 SH StationName
00081030 LO StudyDescription
0008103E LO SeriesDescription
00081090 LO ManufacturerModelName
00081115 SQ ReferencedSeriesSequence
00082111 ST DerivationDescription
00100010 PN PatientName
00100020 LO PatientID
00100021 LO IssuerOfPatientID
00100030 DA PatientBirthDate
00100040 CS PatientSex
00101010 AS PatientAge
00101020 DS PatientSize
00101030 DS PatientWeight
00180010 LO ContrastBolusAgent
00180015 CS BodyPartExamined
00180020 CS ScanningSequence
00180021 CS SequenceVariant
00180022 CS ScanOptions
00180023 CS MRAcquisitionType
00180024 SH SequenceName
00180050 DS SliceThickness
00180060 DS KVP
00180080 DS RepetitionTime
00180081 DS EchoTime
00180082 DS InversionTime
00180086 IS EchoNumbers
00180087 DS MagneticFieldStrength
00180088 DS SpacingBetweenSlices
00180091 IS EchoTrainLength
00180040 IS CineRate
00181030 LO ProtocolName
00181060 DS TriggerTime
00181063 DS FrameTime
00181065 DS FrameTimeVector
00181100 DS ReconstructionDiameter
00181110 DS DistanceSourceToDetector
00181111 DS DistanceSourceToPatient
00181114 DS EstimatedRadiographicMagnificationFactor
00181120 DS GantryDetectorTilt
00181150 IS ExposureTime
00181151 IS XRayTubeCurrent
00181152 IS Exposure
00181164 DS ImagerPixelSpacing
00181210 SH ConvolutionKernel
00181314 DS FlipAngle
00182010 DS NominalScannedPixelSpacing
00185100 CS PatientPosition
00185101 CS ViewPosition
00186011 SQ SequenceOfUltrasoundRegions
00189073 FD AcquisitionDuration
00189087 FD DiffusionBValue
00189089 FD DiffusionGradientOrientation
00209241 FL NominalPercentageOfCardiacPhase
00189344 CS ContrastBolusAgentPhase
0020000D UI StudyInstanceUID
0020000E UI SeriesInstanceUID
00200010 SH StudyID
00200011 IS SeriesNumber
00200012 IS AcquisitionNumber
00200013 IS InstanceNumber
00200020 CS PatientOrientation
00200032 DS ImagePositionPatient
00200037 DS ImageOrientationPatient
00200052 UI FrameOfReferenceUID
00200060 CS Laterality
00200062 CS ImageLaterality
00200100 IS TemporalPositionIdentifier
00200105 IS NumberOfTemporalPositions
00200110 DS TemporalResolution
00201041 DS SliceLocation
00204000 LT ImageComments
00209221 SQ DimensionOrganizationSequence
00209222 SQ DimensionIndexSequence
00209311 CS DimensionOrganizationType
00280002 US SamplesPerPixel
00280004 CS PhotometricInterpretation
00280006 US PlanarConfiguration
00280008 IS NumberOfFrames
00280009 AT FrameIncrementPointer
00280010 US Rows
00280011 US Columns
00280030 DS PixelSpacing
00280034 IS PixelAspectRatio
00280100 US BitsAllocated
00280101 US BitsStored
00280102 US HighBit
00280103 US PixelRepresentation
00280120 US PixelPaddingValue
00280121 US PixelPaddingRangeLimit
00280301 CS BurnedInAnnotation
00280A02 CS PixelSpacingCalibrationType
00280A04 LO PixelSpacingCalibrationDescription
00280051 CS CorrectedImage
00281050 DS WindowCenter
00281051 DS WindowWidth
00281052 DS RescaleIntercept
00281053 DS RescaleSlope
00281054 LO RescaleType
00281055 LO WindowCenterWidthExplanation
00281056 CS VOILUTFunction
00282110 CS LossyImageCompression
00282112 DS LossyImageCompressionRatio
00282114 CS LossyImageCompressionMethod
00420010 ST DocumentTitle
00420012 LO MIMETypeOfEncapsulatedDocument
00480006 UL TotalPixelMatrixColumns
00480007 UL TotalPixelMatrixRows
00540022 SQ DetectorInformationSequence
00540016 SQ RadiopharmaceuticalInformationSequence
00540071 US NumberOfTimeSlots
00540081 US NumberOfSlices
00540101 US NumberOfTimeSlices
00541000 CS SeriesType
00541001 CS Units
00541006 CS SUVType
00541102 CS DecayCorrection
00541300 DS FrameReferenceTime
00541330 US ImageIndex
00620001 CS SegmentationType
00700080 CS ContentLabel
00700081 LO ContentDescription
30060002 SH StructureSetLabel
30060004 LO StructureSetName
30060010 SQ ReferencedFrameOfReferenceSequence
30060020 SQ StructureSetROISequence
30060039 SQ ROIContourSequence
30060080 SQ RTROIObservationsSequence
54000100 SQ WaveformSequence
30020011 DS ImagePlanePixelSpacing
30020012 DS RTImagePosition
30020026 DS RTImageSID
30020022 DS RadiationMachineSAD
3004000C DS GridFrameOffsetVector
3004000E DS DoseGridScaling
30040002 CS DoseUnits
52009229 SQ SharedFunctionalGroupsSequence
20500020 CS PresentationLUTShape
52009230 SQ PerFrameFunctionalGroupsSequence
"""

_PRIVATE: Final = """
00190010 LO SiemensCreator
20010010 LO PhilipsCreator
00430010 LO GECreator
0019100A US SiemensImagesInMosaic
0019100C IS SiemensBValue
20011003 FL PhilipsBValue
00431039 IS GEBValue
"""

_NESTED: Final = """
00041220 SQ DirectoryRecordSequence
00041430 CS DirectoryRecordType
00041500 CS ReferencedFileID
00080008 CS ImageType
00080100 SH CodeValue
00080102 SH CodingSchemeDesignator
00080104 LO CodeMeaning
00081115 SQ ReferencedSeriesSequence
00081150 UI ReferencedSOPClassUID
00081155 UI ReferencedSOPInstanceUID
00089007 CS FrameType
00180050 DS SliceThickness
00180088 DS SpacingBetweenSlices
00186012 US RegionSpatialFormat
00186014 US RegionDataType
00186016 UL RegionFlags
00186018 UL RegionLocationMinX0
0018601A UL RegionLocationMinY0
0018601C UL RegionLocationMaxX1
0018601E UL RegionLocationMaxY1
00186024 US PhysicalUnitsXDirection
00186026 US PhysicalUnitsYDirection
0018602C FD PhysicalDeltaX
0018602E FD PhysicalDeltaY
00189236 CS CardiacCyclePosition
00189082 FD EffectiveEchoTime
00189087 FD DiffusionBValue
00189089 FD DiffusionGradientOrientation
00189114 SQ MREchoSequence
00189117 SQ MRDiffusionSequence
00189118 SQ CardiacSynchronizationSequence
00189226 SQ MRImageFrameTypeSequence
00209241 FL NominalPercentageOfCardiacPhase
00189329 SQ CTImageFrameTypeSequence
00189076 SQ DiffusionGradientDirectionSequence
00189504 SQ XRay3DFrameTypeSequence
00189751 SQ PETFrameTypeSequence
0020000E UI SeriesInstanceUID
00200032 DS ImagePositionPatient
00200037 DS ImageOrientationPatient
00209056 SH StackID
00209057 UL InStackPositionNumber
00209111 SQ FrameContentSequence
00209113 SQ PlanePositionSequence
00209116 SQ PlaneOrientationSequence
00209128 UL TemporalPositionIndex
00209157 UL DimensionIndexValues
00209165 AT DimensionIndexPointer
00209167 AT FunctionalGroupPointer
00280030 DS PixelSpacing
00289110 SQ PixelMeasuresSequence
00289132 SQ FrameVOILUTSequence
00281050 DS WindowCenter
00281051 DS WindowWidth
00281055 LO WindowCenterWidthExplanation
00281056 CS VOILUTFunction
00181072 TM RadiopharmaceuticalStartTime
00181074 DS RadionuclideTotalDose
00181075 DS RadionuclideHalfLife
00181078 DT RadiopharmaceuticalStartDateTime
00289145 SQ PixelValueTransformationSequence
00281052 DS RescaleIntercept
00281053 DS RescaleSlope
00281054 LO RescaleType
0062000A SQ SegmentIdentificationSequence
0062000B US ReferencedSegmentNumber
30060012 SQ RTReferencedStudySequence
30060014 SQ RTReferencedSeriesSequence
00200052 UI FrameOfReferenceUID
30060016 SQ ContourImageSequence
30060022 IS ROINumber
30060024 UI ReferencedFrameOfReferenceUID
30060026 LO ROIName
3006002A IS ROIDisplayColor
30060084 IS ReferencedROINumber
30060040 SQ ContourSequence
30060042 CS ContourGeometricType
30060050 DS ContourData
30060086 SQ RTROIIdentificationCodeSequence
300600A4 CS RTROIInterpretedType
003A0005 US NumberOfWaveformChannels
003A0010 UL NumberOfWaveformSamples
54001004 US WaveformBitsAllocated
54001010 OW WaveformData
"""


def _parse(text: str) -> dict[str, tuple[int, str]]:
    table: dict[str, tuple[int, str]] = {}
    for line in text.split("\n"):
        if line:
            tag, vr, keyword = line.split(" ")
            table[keyword] = (int(tag, 16), vr)
    return table


TOP_LEVEL: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(_parse(_ELEMENTS) | _parse(_PRIVATE))
"""Keyword to (tag, VR) of the elements kept from a data set."""

NESTED: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(_parse(_NESTED))
"""Keyword to (tag, VR) of the elements kept inside sequence items."""

KEYWORDS: Final[Mapping[str, tuple[int, str]]] = MappingProxyType({**NESTED, **TOP_LEVEL})

TOP_TAGS: Final = frozenset(tag for tag, _ in TOP_LEVEL.values()) | {0x00041220}
NESTED_TAGS: Final = frozenset(tag for tag, _ in NESTED.values())
SEQUENCE_TAGS: Final = frozenset(tag for tag, vr in KEYWORDS.values() if vr == "SQ")

CHECKED_ONLY: Final = frozenset((0x30060020, 0x30060039, 0x30060080, 0x54000100))
"""Sequences that are looked at when the file is read and then let go: they can be large."""
WHOLE_TAGS: Final = frozenset((0x30060050, 0x54001010))
"""Nested values whose full length counts."""

PIXEL_DATA: Final = 0x7FE00010
FLOAT_PIXEL_DATA: Final = 0x7FE00008
DOUBLE_FLOAT_PIXEL_DATA: Final = 0x7FE00009
PIXEL_TAGS: Final = frozenset((PIXEL_DATA, FLOAT_PIXEL_DATA, DOUBLE_FLOAT_PIXEL_DATA))


def tag_of(keyword: str) -> int:
    """The tag of an indexed keyword.

    Raises:
        KeyError: Where the index does not read this element.
    """
    return KEYWORDS[keyword][0]
