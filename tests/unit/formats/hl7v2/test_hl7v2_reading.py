"""ER7 messages, written here: framing, characters, and every segment that is told apart."""

from __future__ import annotations

import gzip

import pytest

from medapp.domain.record import (
    Allergy,
    CodedValue,
    Encounter,
    Entry,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Person,
    Problem,
    Procedure,
    Quantity,
    Refusal,
    Report,
    StudyReference,
    When,
)
from medapp.domain.record.coding import CVX, LOINC, SNOMED
from medapp.formats.hl7v2 import looks_like, read

PID = (
    "PID|1||17^^^West&1.2.3&ISO^MR~99^^^X^PI||Doe^Jane^Q^^Dr^^L^^^^^^^^Jenny~Miller^^^^^^M"
    "||19800229|F|||1 A St^^Town^ST^1"
    "||||||||123"
)


def msh(kind="ADT^A01", *, charset="", version="2.5"):
    return f"MSH|^~\\&|A|B|C|D|20260101||{kind}|1|P|{version}||||||{charset}"


def write(tmp_path, *segments, end="\r"):
    path = tmp_path / "x.hl7"
    path.write_bytes(end.join(segments).encode())
    return path


def items(tmp_path, *segments, end="\r"):
    return list(read(write(tmp_path, *segments, end=end), "x.hl7"))


def of(found, kind):
    return [item.content for item in found if isinstance(item, Entry) and isinstance(item.content, kind)]


def refusals(found):
    return [item for item in found if isinstance(item, Refusal)]


def test_person(tmp_path):
    (person,) = items(tmp_path, msh(), PID)
    assert isinstance(person, Person)
    assert [(one.value, one.issuer, one.kind) for one in person.identifiers] == [
        ("17", "urn:oid:1.2.3", "MR"), ("99", "X", "PI"), ("123", "http://hl7.org/fhir/sid/us-ssn", "SS"),
    ]  # fmt: skip
    assert person.name.display == "Doe, Jane Q"
    assert (person.names[2].use, person.names[2].given) == ("nickname", ("Jenny",))
    assert person.names[1].use == "maiden"
    assert (person.birth_date, person.sex, person.deceased) == (When("1980-02-29"), "female", None)
    assert person.addresses[0].city == "Town"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_separators(tmp_path, end):
    found = items(tmp_path, msh(), PID, "AL1|1|DA|1^Pen^L|SV|Rash", "", end=end)
    assert refusals(found) == []
    (allergy,) = of(found, Allergy)
    assert (allergy.category, allergy.reactions[0].severity) == ("medication", "severe")
    assert allergy.reactions[0].manifestations[0].text == "Rash"
    assert found[1].source.place == "message 1 AL1[1]"


def test_mllp_batch_and_gzip(tmp_path):
    path = tmp_path / "b.hl7"
    block = f"\x0b{msh()}\r{PID}\r\x1c\r"
    path.write_bytes(gzip.compress(("FHS|^~\\&\rBHS|^~\\&\r" + block * 2 + "BTS|3\rFTS|1\r").encode()))
    found = list(read(path, "b.hl7"))
    assert [type(item) for item in found] == [Person, Refusal]
    assert "should hold 3 messages, there are 2" in found[1].reason


def test_message_that_is_cut_off_in_its_block_is_not_whole(tmp_path):
    found = items(tmp_path, "\x0b" + msh(), PID)
    assert [item.code for item in refusals(found)] == ["malformed"]


def test_batch_without_its_trailer_is_not_whole(tmp_path):
    found = items(tmp_path, "FHS|^~\\&", "BHS|^~\\&", msh(), PID, "BTS|1")
    assert [item.source.place for item in refusals(found)] == ["FTS"]


def test_recognised_by_content():
    assert looks_like(msh().encode())
    assert looks_like(b"\xef\xbb\xbfMSH#*~\\&#")
    assert looks_like(b"\x0bMSH|^~\\&|")
    assert not looks_like(b"MSHABC")
    assert not looks_like(b"MSH|||")
    assert not looks_like(b"<a/>")


def test_other_encoding_characters_and_escapes(tmp_path):
    found = items(
        tmp_path,
        "MSH$%~*@$A$B$$$20260101$$ORU%R01$1$P$2.5",
        "PID$1$$1%%%X$$O*S*Neil%J*X41*",
        "OBX$1$FT$1%x%L$$a*.br*b *T* *F* *H*c*N* *Zx*$$$$$$F",
    )
    assert found[0].names[0].family == "O%Neil"
    assert found[0].names[0].given == ("JA",)
    assert of(found, Observation)[0].value == "a\nb @ $ c *Zx*"


def test_escapes_never_break_structure(tmp_path):
    (person,) = items(tmp_path, msh(), "PID|1||1^^^X||D\\X0D\\MSH\\X00\\\\.br\\^J")
    assert person.names[0].family == "D\\X0D\\MSH\\X00\\\\.br\\"


def test_charsets(tmp_path):
    path = tmp_path / "c.hl7"
    path.write_bytes((msh(charset="8859/1") + "\rPID|1||1||Müller").encode("latin-1"))
    assert next(read(path, "c")).names[0].family == "Müller"
    path.write_bytes((msh() + "\rPID|1||1||Müller").encode())
    assert next(read(path, "c")).names[0].family == "Müller"
    path.write_bytes((msh() + "\rPID|1||1||Müller").encode("latin-1"))
    refusal, person = read(path, "c")
    assert refusal.code == "encoding"
    assert person.names[0].family == "M\ufffdller"
    path.write_bytes((msh(charset="KLINGON") + "\rPID|1||1||Muller").encode())
    assert next(read(path, "c")).code == "encoding"


def test_report_with_results(tmp_path):
    found = items(
        tmp_path,
        msh("ORU^R01"),
        PID,
        "OBR|1|||58410-2^CBC^LN|||202601020800|||||||||||||||202601020900||HM|F",
        "NTE|1||All fine",
        "OBX|1|NM|718-7^Hb^LN||13.5|g/dL^^UCUM|12-16|H|||F",
        "NTE|1||Repeated",
        "OBX|2|SN|2^x^L||>^100|mg|<5||||P",
        "OBX|3|CWE|3^y^L||1^Pos^SCT|||A~HH|||C",
        "OBX|4|NM|4^z^L||high|||||||20251231",
        "OBX|5|SN|5^t^L||^1^:^128",
        "OBX|6|NM|6^n^L||1~2|%",
        "OBX|7|DT|7^d^L||20260101|||||N",
        "OBX|8|NM|8^e^L||nan|||||||X",
        "SPM|1|||BLD^Blood",
    )
    results = of(found, Observation)
    haemoglobin = results[0]
    assert haemoglobin.value == Quantity(13.5, "g/dL", "g/dL")
    assert (haemoglobin.ranges[0].low.value, haemoglobin.ranges[0].high.value) == (12, 16)
    assert (haemoglobin.flags, haemoglobin.status, haemoglobin.category) == (("H",), "final", "laboratory")
    assert haemoglobin.effective.start == When("2026-01-02T08:00")
    assert haemoglobin.comment == "Repeated"
    assert results[1].value == Quantity(100, "mg", "", ">")
    assert (results[1].ranges[0].low, results[1].ranges[0].high.comparator) == (None, "<")
    assert isinstance(results[2].value, CodedValue)
    assert results[2].value.concept.code(SNOMED) == "1"
    assert results[3].value == "high"
    assert results[4].value == "1:128"
    assert [part.value.value for part in results[5].components] == [1, 2]
    assert results[6].value == When("2026-01-01")
    assert results[7].value == "nan"
    (report,) = of(found, Report)
    assert report.concept.code(LOINC) == "58410-2"
    assert (report.status, report.conclusion, report.issued) == (
        "final",
        "All fine",
        When("2026-01-02T09:00"),
    )
    assert report.results[0] == "1/OBX[1]"
    assert len(report.results) == 8
    assert {item.code for item in refusals(found)} == {"invalid"}


def test_specimens_and_studies(tmp_path):
    found = items(
        tmp_path,
        msh("OUL^R22"),
        PID,
        "SPM|1|||SER^Serum",
        "OBR|1|||1^x^L",
        "OBX|1|NM|1^x^L||1",
        msh("ORU^R01"),
        PID,
        "OBR|1|||1^x^L",
        "OBX|1|HD|113014^DICOM Study^DCM||1.2.3",
        "SPM|1|||BLD^Blood",
        "OBR|2|||2^y^L",
        "OBX|2|NM|1^x^L||1",
    )
    assert [one.specimen for one in of(found, Observation)] == ["Serum", "Blood", ""]
    assert [one.uid for one in of(found, StudyReference)] == ["1.2.3"]


def test_accidents_deaths_and_charges(tmp_path):
    found = items(
        tmp_path,
        msh("ADT^A29"),
        PID,
        "ACC|20260101|V1^Fall^L|Road",
        "PDA|I21^Infarction^I10||Y|20260102",
        "FT1|1|||20260103||CG|71045^X-ray^C4||||||||||||||||||||||0182^Aspirin^NDC",
    )
    accident, charge = of(found, Other)
    assert (accident.kind, accident.facts, charge.kind) == ("Accident", (("place", "Road"),), "ChargeItem")
    assert of(found, Problem)[0].comment == "cause of death"
    assert [(one.kind, one.concept.display) for one in of(found, Medication)] == [("dispense", "Aspirin")]
    assert [item.code for item in refusals(found)] == ["unsupported"]


def test_visit_problems_procedures(tmp_path):
    found = items(
        tmp_path,
        msh("ADT^A03"),
        PID,
        "PV1|1|I|W^1^2^Hosp||||||||||||||||V1|||||||||||||||||||||||||20260101|20260105",
        "PV2|||38^Fever^L",
        "DG1|1|I9|250.0^Diabetes^|Sugar|20260101|W",
        "PR1|1||80146002^Appendectomy^SCT||20260102",
        "PRB|AD|20260101|44^Asthma^I10C|||||||||||ACTIVE||20200101",
        "IAM|1|FA|9^Egg^L|MI|Hives|D|||AL",
        "AL1|1|DA|716186003^None^SCT",
    )
    (visit,) = of(found, Encounter)
    assert (visit.kind, visit.status, visit.during.end) == ("IMP", "finished", When("2026-01-05"))
    assert visit.reason.display == "Fever"
    diagnosis, listed = of(found, Problem)
    assert diagnosis.concept.codes[0].system == "http://hl7.org/fhir/sid/icd-9"
    assert (diagnosis.concept.text, diagnosis.certainty) == ("Sugar", "provisional")
    assert (listed.status, listed.onset.start) == ("active", When("2020-01-01"))
    assert of(found, Procedure)[0].performed.start == When("2026-01-02")
    egg, none = of(found, Allergy)
    assert (egg.certainty, egg.kind, none.negated) == ("entered-in-error", "allergy", True)
    entry = next(item for item in found if isinstance(item, Entry) and isinstance(item.content, Problem))
    assert entry.encounter == "1/PV1[1]"


def test_medicines(tmp_path):
    found = items(
        tmp_path,
        msh("RDE^O11"),
        PID,
        "ORC|NW|1||||||||20260101",
        "RXO|1^Aspirin^L|1||tab^tablet",
        "RXE||2^Aspirin 100^NDC|2||tab^tablet||^after food",
        "TQ1|1||BID PRN||||20260102|20260110",
        "RXR|PO^Oral^HL70162",
        "ORC|DC|2",
        "RXE||3^Other^NDC|1||mg",
        "RXD|1|3^Other^NDC|20260103|10",
    )
    ordered, encoded, stopped, dispensed = of(found, Medication)
    assert (ordered.intent, ordered.dose) == ("original-order", Quantity(1, "tablet"))
    assert (encoded.intent, encoded.frequency, encoded.route, encoded.as_needed) == (
        "filler-order", "BID PRN", "Oral", True,
    )  # fmt: skip
    assert (encoded.instruction, encoded.taken.end) == ("after food", When("2026-01-10"))
    assert stopped.status == "stopped"
    assert (dispensed.kind, dispensed.taken.start) == ("dispense", When("2026-01-03"))


def test_vaccines(tmp_path):
    found = items(
        tmp_path,
        msh("VXU^V04"),
        PID,
        "ORC|RE",
        "RXA|0|1|20260101||140^Flu^CVX|0.5|mL^^UCUM||||||||L1|||||CP",
        "RXR|IM^Intramuscular",
        "RXA|0|1|20260101||998^None^CVX|999||||||||||||||RE",
    )
    given, refused = of(found, Immunization)
    assert (given.concept.code(CVX), given.dose, given.route, given.lot, given.status) == (
        "140", Quantity(0.5, "mL", "mL"), "Intramuscular", "L1", "completed",
    )  # fmt: skip
    assert (refused.status, refused.dose) == ("not-done", None)


def test_documents_orders_appointments(tmp_path):
    found = items(
        tmp_path,
        msh("MDM^T02"),
        PID,
        "TXA|1|DS|TX|20260101|||||7^House^Greg||||||||LA",
        "OBX|1|TX|1^Text^L||line one~line two",
        "OBX|2|ED|1^Text^L||^TEXT^PLAIN^Base64^aGVsbG8=",
        "OBX|3|RP|1^Scan^L||http://example.org/x^^IM^JPEG",
        msh("SIU^S12"),
        "SCH|1|2|||||ROUTINE|CHECK^Checkup|||^^^20260301^20260302",
        PID,
        msh("ORM^O01"),
        PID,
        "ORC|CA",
        "OBR|1|||24725-4^CT Head^LN",
    )
    note, scan = sorted(of(found, Note), key=lambda one: one.link)
    assert (note.text, note.status, note.author) == ("line one\nline two\nhello", "final", "Greg House")
    assert (scan.link, scan.media_type, scan.text) == ("http://example.org/x", "image/jpeg", "")
    appointment, order = of(found, Other)
    assert (appointment.kind, appointment.status, appointment.during.start) == (
        "Appointment", "booked", When("2026-03-01"),
    )  # fmt: skip
    assert (order.kind, order.status) == ("ServiceRequest", "cancelled")


def test_what_cannot_be_read_is_named_and_the_rest_is_read(tmp_path):
    found = items(
        tmp_path,
        "garbage before",
        "MSH|^^^^|A|B",
        "PID|1||2",
        msh(version="3.0"),
        PID,
        msh("ORU^R01"),
        "OBX|1|NM|1^x^L||1",
        msh("ACK"),
        "MSA|AA|1",
        msh("ADT^A40"),
        "PID|1||5^^^X||A^B||19801341",
        "no segment, Jane Doe",
        "MRG|6^^^X",
        end="\n",
    )
    assert [item.code for item in refusals(found)] == [
        "malformed", "malformed", "version", "no-subject", "unknown-kind",
        "malformed", "invalid", "unsupported",
    ]  # fmt: skip
    (person,) = [item for item in found if isinstance(item, Person)]
    assert person.birth_date is None
    assert not any("Jane" in item.reason for item in refusals(found))


def test_empty_damaged_and_cancelled(tmp_path):
    path = tmp_path / "e.hl7"
    path.write_bytes(b"nothing")
    assert any(item.whole for item in read(path, "e"))
    path.write_bytes(gzip.compress(msh().encode())[:-6])
    assert [item.code for item in read(path, "e")] == ["malformed"]
    assert [item.code for item in read(tmp_path / "none", "e")] == ["malformed"]
    assert list(read(write(tmp_path, msh(), PID), "x", cancelled=lambda: True)) == []


def test_line_feed_inside_of_a_text_of_a_file_with_returns(tmp_path):
    found = items(tmp_path, msh("ORU^R01"), PID, "OBX|1|TX|1^x^L||one\ntwo||||||F")
    (text,) = of(found, Observation)
    assert (text.value, text.status) == ("one\ntwo", "final")


def test_next_of_kin(tmp_path):
    relative = "NK1|1|Doe^John|SPO^Spouse^HL70063|1 A St^^Town^ST^1|(555)1234^PRN~^^^j@x.org|||20200101"
    (found,) = of(items(tmp_path, msh(), PID, relative, "NK1|2"), Other)
    assert (found.kind, found.concept.display) == ("RelatedPerson", "Spouse")
    assert found.during.start == When("2020-01-01")
    assert found.facts == (
        ("name", "Doe, John"), ("address", "1 A St, 1, Town, ST"), ("phone", "(555)1234"),
        ("phone", "j@x.org"),
    )  # fmt: skip


def test_segments_that_are_not_read_are_told_once_a_file(tmp_path):
    found = items(
        tmp_path, msh(), PID, "IN1|1|a", "IN1|2|b", "ZPI|x", "XYZ|y", "EVN|A01", msh(), PID, "IN1|1", "GT1|1"
    )
    (told,) = refusals(found)
    assert (told.code, told.whole) == ("unread", False)
    assert told.reason == (
        "segments that are not read: GT1 (guarantor) 1, IN1 (insurance) 3, the sender's own (Z) 1, "
        "of other names 1"
    )


def test_a_file_that_breaks_off_says_how_far_it_was_read(tmp_path):
    path = tmp_path / "x.hl7"
    path.write_bytes(gzip.compress("\r".join([msh(), PID] * 20_000).encode())[:-9])
    last = refusals(list(read(path, "x")))[-1]
    assert (last.code, last.whole) == ("malformed", False)
    assert "messages up to" in last.reason
    assert last.source.place.startswith("message ")
