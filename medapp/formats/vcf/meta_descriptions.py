"""Rules for the lines that describe keys, filters and symbolic alleles: INFO, FORMAT, FILTER, ALT, META."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.vcf.alleles import first_level_fault
from medapp.formats.vcf.definition import FLAG, FORMAT_TYPES, INFO_TYPES, Definition
from medapp.formats.vcf.edition import KEYS_SINCE, LOCAL_ALLELES_SINCE
from medapp.formats.vcf.names import filter_fault, format_key_fault, info_key_fault, symbol_fault
from medapp.formats.vcf.reserved import modification

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from medapp.formats.vcf.header import Header
    from medapp.formats.vcf.meta import Field
    from medapp.formats.vcf.problem import Findings

    Fields = dict[str, Field]

_QUOTED_OPTIONS = ("Source", "Version")
_LONGEST_NUMBER = 9


def info_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##INFO``: ID, Number, Type, Description; as reserved where the ID is."""
    edition, place = header.edition, "##INFO"
    key = _id(fields)
    fault = info_key_fault(key, edition) if key else ""
    if fault:
        found.error(place, f"the ID {fault}")
    _description(place, fields, found)
    for option in _QUOTED_OPTIONS:
        if option in fields and fields[option].form != '"':
            found.flaw(
                place,
                f"the {option} is not surrounded by double quotes",
                is_error=edition.minor >= KEYS_SINCE,
            )
    stated = _number_and_type(place, fields, (edition.numbers_of_info, INFO_TYPES), found)
    if stated is None or not key:
        return
    if stated.type == FLAG and stated.number != "0" and key not in edition.info:
        found.warn(place, "a Flag has no value: the Number should be 0")
    reserved = edition.info.get(key)
    header.infos[key] = _reconciled(f"INFO {key}", place, stated, reserved, found)


def format_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##FORMAT``: the same without the type Flag."""
    edition, place = header.edition, "##FORMAT"
    key = _id(fields)
    fault = format_key_fault(key, edition) if key else ""
    if fault:
        found.error(place, f"the ID {fault}")
    _description(place, fields, found)
    stated = _number_and_type(place, fields, (edition.numbers_of_formats, FORMAT_TYPES), found)
    if stated is None or not key:
        return
    reserved = edition.formats.get(key)
    if reserved is None and edition.minor >= LOCAL_ALLELES_SINCE:
        reserved = modification(key)
    header.formats[key] = _reconciled(f"FORMAT {key}", place, stated, reserved, found)


def filter_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##FILTER``: ID and Description."""
    key = _id(fields)
    fault = filter_fault(key) if key else ""
    if fault:
        found.error("##FILTER", f"the ID {fault}")
    _description("##FILTER", fields, found)
    header.filters.add(key)


def alt_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##ALT``: ID and Description; up to 4.2 the ID starts with a type of structural variants."""
    place, key = "##ALT", _id(fields)
    fault = (symbol_fault(key) or first_level_fault(key, header.edition)) if key else ""
    if fault:
        found.error(place, f"the ID {fault}")
    _description(place, fields, found)
    kind = fields.get("Type")
    if kind is not None and kind.value not in INFO_TYPES:
        found.error(place, "the Type is not one of Integer, Float, Flag, Character and String")
    number = fields.get("Number")
    if number is not None and not _is_number(number.value, header.edition.numbers_of_info):
        found.error(place, "the Number is not valid")
    header.alts.add(key)


def meta_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##META`` (4.3 and later): ID, Number, Type and a list of Values."""
    if header.edition.minor < KEYS_SINCE:
        return
    _number_and_type("##META", fields, (header.edition.numbers_of_info, INFO_TYPES), found)
    values = fields.get("Values")
    if values is None:
        found.error("##META", "the Values are missing")
    elif values.form != "[":
        found.error("##META", "the Values are not a list in square brackets")


def _id(fields: Fields) -> str:
    named = fields.get("ID")
    return named.value if named else ""


def _description(place: str, fields: Fields, found: Findings) -> None:
    described = fields.get("Description")
    if described is None:
        found.error(place, "the Description is missing")
    elif described.form != '"':
        found.error(place, "the Description is not surrounded by double quotes")


def _is_number(text: str, letters: AbstractSet[str]) -> bool:
    return text in letters or (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER)


def _number_and_type(
    place: str, fields: Fields, allowed: tuple[AbstractSet[str], AbstractSet[str]], found: Findings
) -> Definition | None:
    """What the line lays down; None where it does not."""
    number, kind = fields.get("Number"), fields.get("Type")
    number_holds = number is not None and _is_number(number.value, allowed[0])
    kind_holds = kind is not None and kind.value in allowed[1]
    if not number_holds:
        found.error(place, "the Number is missing" if number is None else "the Number is not valid")
    if not kind_holds:
        found.error(place, "the Type is missing" if kind is None else "the Type is not valid")
    if number is None or kind is None or not (number_holds and kind_holds):
        return None
    return Definition(number.value, kind.value)


def _reconciled(
    key: str, place: str, stated: Definition, reserved: Definition | None, found: Findings
) -> Definition:
    """The definition to read by, after the file's has been held against the one that is reserved."""
    if reserved is None:
        return stated
    holds = True
    if stated.type not in {reserved.type, reserved.also}:
        found.error(place, f"the Type of {key} is reserved to be {reserved.type}")
        holds = False
    if reserved.number not in {stated.number, "."}:
        found.error(place, f"the Number of {key} is reserved to be {reserved.number}")
        holds = False
    if not holds:
        return stated
    return Definition(stated.number, stated.type, "", reserved.least, reserved.most, counted=reserved.counted)
