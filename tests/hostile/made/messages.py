"""Broken and malicious HL7 v2 messages."""

from __future__ import annotations

import gzip

from tests.hostile.made.kind import MEGABYTE, Files
from tests.hostile.record_good import HL7

HEAD = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5"
PERSON = "PID|1||1^^^X||Doe^J||19800101|F"
NUMBERS = "~".join(f"{number}^^^X" for number in range(20_000))


def _message(*segments: str, head: str = HEAD) -> str:
    return "\r".join([head, *segments]) + "\r"


MESSAGES: Files = {
    "no_person": ("refused", _message("OBX|1|NM|1^a||5")),
    "no_header": ("refused", PERSON + "\r"),
    "delimiters": ("refused", "MSH|||||||||||\r" + PERSON),
    "delimiters_twice": ("refused", f"MSH|^^^^|A|B|C|D|20260101||ADT^A01|1|P|2.5\r{PERSON}"),
    "delimiters_letters": ("refused", "MSHabcde\r" + PERSON),
    "version_3": ("refused", _message(PERSON, head=HEAD.replace("2.5", "3.0"))),
    "cut_block": ("told", "\x0b" + _message(PERSON)),
    "stray_lines": ("told", _message("hello", PERSON)),
    "batch_count": ("told", f"BHS|^~\\&|A\r{HL7}BTS|7\r"),
    "batch_open": ("told", f"FHS|^~\\&|A\rBHS|^~\\&|A\r{HL7}"),
    "bad_dates": ("told", _message(PERSON.replace("19800101", "99999999"))),
    "bad_number": ("told", HL7.replace("|1.7|", "|1.7.7|")),
    "bad_charset": ("told", _message(PERSON, head=f"{HEAD}||||||NOSUCH")),
    "not_ascii": ("told", _message(PERSON).encode().replace(b"Doe", b"D\xff\xfe")),
    "utf16": ("refused", _message(PERSON).encode("utf-16")),
    "nul": ("any", _message(PERSON).replace("Doe", "D\0e")),
    "escapes": ("read", _message(PERSON.replace("Doe", "D\\.br\\\\X0D\\\\X00\\\\Zx\\\\H\\e"))),
    "half_escape": ("read", _message(PERSON.replace("Doe", "D\\Xoe"))),
    "pointer": ("read", _message(PERSON, "OBX|1|RP|1^a||@PATH@^^TEXT^PLAIN")),
    "pointer_url": ("read", _message(PERSON, "OBX|1|RP|1^a||@URL@/x^^TEXT^PLAIN")),
    "bad_base64": ("told", _message(PERSON, "OBX|1|ED|1^a||^TEXT^PLAIN^Base64^!!!")),
    "many_fields": ("any", _message(PERSON + "|" * 200_000)),
    "many_repetitions": ("any", _message(f"PID|1||{NUMBERS}||Doe^J")),
    "many_components": ("any", _message("PID|1||1^^^X||" + "^" * 300_000)),
    "many_escapes": ("any", _message(PERSON.replace("Doe", "\\" * 200_000))),
    "long_segment": ("any", _message(PERSON, "NTE|1||" + "x" * 5 * MEGABYTE)),
    "many_segments": ("any", _message(PERSON, *["OBX|1|NM|1^a||5"] * 5000)),
    "unread_segments": ("told", _message(PERSON, "IN1|1|a", "ZZZ|x", "XYZ|y")),
    "sql": ("read", _message("PID|1||1^^^X||Robert'); DROP TABLE record_subjects;--^J")),
    "merge": ("told", _message(PERSON, "MRG|1^^^X", head=HEAD.replace("A01", "A40"))),
    "cut_gz": ("any", gzip.compress(HL7.encode() * 2000)[:-15]),
}
