"""Which active ingredients a medicine has, by its name and its codes, each with how it was found."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from medapp.domain.medicines import Found, Medicine
from medapp.domain.recommendation import Drug
from medapp.domain.record.coding import ATC, RXNORM, Code
from medapp.knowledge.therapy.names import key, only_forms, parse, second, unsaid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.knowledge.therapy.names import Parsed, Part
    from medapp.knowledge.therapy.vocabulary import Known, Vocabulary

CLASS: Final = 5
"""Characters of an ATC code of level 4."""
_ATC_CODE: Final = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")
_NOT_TAKEN: Final = re.compile(
    r"(?<![\w-])(?:stopped|discontinued|ceased|withheld|held|on hold|not taking|never taken|never takes|"
    r"no longer (?:taking|takes|taken|on|using|uses)|(?:does not|doesn['\u2019]t|do not) take|"
    r"allergic|allergy to|d/c(?:['\u2019]?e?d)?|dc['\u2019]d)(?![\w-])|"
    r"^(?:(?:the )?(?:patient|pt\.?|he|she) )?(?:is )?not on(?! an? )\b",
    re.IGNORECASE,
)
"""Words within a name that say that the medicine is not taken; ``allergy relief`` is a product."""
_GOES_ON: Final = re.compile(
    r"(?<![\w-])(?:not|never)(?: (?:been|yet|to be|yet been))? "
    r"(?:stopped|discontinued|ceased|withheld|held|on hold|allergic(?: to)?|d/c(?:['\u2019]?e?d)?)(?![\w-])",
    re.IGNORECASE,
)
"""What denies such words: the medicine goes on."""
_WRITTEN: Final = re.compile(r"(?i)(?:(?P<system>rxnorm|rxcui|atc)\s*[:= ]\s*)?(?P<code>[A-Z0-9]+)")
_NEAR: Final = 0.84
_RUN: Final = 5
"""Words of the longest name that is looked for within another."""
_WORDS: Final = 40
_ASIDES: Final = 12
_SHORTEST: Final = 3
"""Letters of a word within a longer name (``kcl``)."""
_FEWEST: Final = 4
"""Letters up to which a word that is written alike says nothing."""


def written(text: str) -> Drug:
    """A medicine as somebody wrote it: a name, ``RxNorm 8123``, ``ATC:N06AF03``, or the bare code."""
    plain = " ".join(text.split())
    match = _WRITTEN.fullmatch(plain)
    if match is None:
        return Drug(plain)
    system, code = (match["system"] or "").lower(), match["code"].upper()
    if system == "atc" or (not system and _ATC_CODE.fullmatch(code)):
        return Drug(plain, codes=(Code(ATC, code),))
    if system or code.isdecimal():
        return Drug(plain, codes=(Code(RXNORM, code),))
    return Drug(plain)


def recognise(drug: Drug, vocabulary: Vocabulary) -> Medicine:
    """Look a medicine up by its name and all of its codes; what only one of them says counts too.

    One whose name says that it was stopped, is held or is an allergy has no ingredients that count.
    """
    if _GOES_ON.search(drug.name):
        rest = " ".join(_GOES_ON.sub(" ", drug.name).split())
        return _named(recognise(replace(drug, name=rest), vocabulary), drug.name)
    said = _NOT_TAKEN.search(drug.name)
    if said is not None:
        return _not_taken(drug, said[0].lower(), vocabulary)
    return _recognise(drug, vocabulary)


def _named(found: Medicine, name: str) -> Medicine:
    """The same medicine under the name that it was given."""
    return replace(found, drug=replace(found.drug, name=name))


def _not_taken(drug: Drug, word: str, vocabulary: Vocabulary) -> Medicine:
    rest = " ".join(_NOT_TAKEN.sub(" ", drug.name).split())
    found = _recognise(replace(drug, name=rest), vocabulary)
    empty = replace(drug, ingredients=(), classes=())
    note = f"The name says “{word}”: it is not counted as taken."
    return replace(found, drug=empty, unclear=(), suggestions=(), notes=(note,), not_taken=word)


def _recognise(drug: Drug, vocabulary: Vocabulary) -> Medicine:
    parsed = parse(drug.name)
    named, unclear = _of_name(parsed, vocabulary)
    coded = list(_of_codes(drug, vocabulary, frozenset(one.ingredient for one in named)))
    found = _once([*named, *coded])
    if not found:
        near = _near(parsed, vocabulary)
        empty = replace(drug, ingredients=(), classes=())
        return Medicine(empty, unclear=unclear, suggestions=near, is_local=parsed.is_local)
    names = tuple(one.ingredient for one in found)
    codes = _codes(drug, names, vocabulary)
    classes = tuple(dict.fromkeys(code.value[:CLASS] for code in codes if code.system == ATC))
    known = replace(drug, ingredients=names, codes=codes, classes=classes)
    unclear = () if coded and not named else unclear
    return Medicine(known, found, unclear, notes=_notes(named, coded), is_local=parsed.is_local)


def _of_codes(drug: Drug, vocabulary: Vocabulary, named: frozenset[str]) -> Iterator[Found]:
    for code in drug.codes:
        if code.system == ATC:
            for one in vocabulary.by_atc.get(code.value, ()):
                yield Found(one, "code", f"ATC {code.value}", "ingredients.tsv")
        elif code.system == RXNORM:
            yield from _of_rxnorm(code.value, vocabulary, named)


def _of_rxnorm(code: str, vocabulary: Vocabulary, named: frozenset[str]) -> Iterator[Found]:
    """By the names that the mapping has for a code.

    The mapping gives some codes two products: the one that has what the medicine's own name says is taken,
    else the one that names most ingredients.
    """
    best: tuple[Found, ...] = ()
    for name in vocabulary.rxnorm.get(code, ()):
        found, _ = _of_name(parse(name), vocabulary)
        if named and {one.ingredient for one in found} == named:
            best = tuple(found)
            break
        if len(found) > len(best):
            best = tuple(found)
    for one in best:
        yield Found(one.ingredient, "code", f"RxNorm {code}", "NDF-RT to RxNorm mapping")


def _of_name(parsed: Parsed, vocabulary: Vocabulary) -> tuple[list[Found], tuple[str, ...]]:
    """What the name says, and the parts of it that say nothing."""
    known = vocabulary.known(parsed.whole)
    if known is not None:
        return [_found(one, known, parsed.whole) for one in known.ingredients], ()
    found: list[Found] = []
    unclear = []
    for part in parsed.parts:
        if only_forms(part.words):
            found += _of_forms(part, vocabulary) if len(parsed.parts) == 1 else []
            continue
        here, rest = _of_part(part, vocabulary)
        found += here
        unclear += [rest] if rest else []
    whole = not found
    for one in parsed.aside[:_ASIDES]:
        if only_forms(key(one).split()):
            continue
        here, _ = _of_name(parse(one), vocabulary)
        found += [each for each in here if whole or each.how != "within the name"]
    return found, tuple(unclear)


def _of_forms(part: Part, vocabulary: Vocabulary) -> list[Found]:
    """A name of nothing but words that elsewhere name a form (``INH 300 mg``, ``NS flush``)."""
    for text in (" ".join(part.words), part.words[0]):
        known = vocabulary.names.get(text)
        if known is not None:
            return [_found(one, known, text) for one in known.ingredients]
    return []


def _of_part(part: Part, vocabulary: Vocabulary) -> tuple[list[Found], str]:
    """What a part says, and words of it that were not understood."""
    for words in (part.words, part.plain, part.base):
        text = " ".join(words)
        known = vocabulary.known(text)
        if known is not None:
            lost = second(word for word in part.words if word not in words) if known.how == "brand" else ()
            return [_found(one, known, text) for one in known.ingredients], " ".join(lost)
    found, rest = _within(part.words[:_WORDS], vocabulary)
    if not found:
        return found, " ".join(part.plain)
    brand = any(known is not None and known.how == "brand" for known in map(vocabulary.names.get, _by(found)))
    lost = second(rest) if brand else ()
    return found, " ".join(dict.fromkeys((*unsaid(rest), *lost)))


def _by(found: Sequence[Found]) -> Iterator[str]:
    return (one.by for one in found)


def _within(words: Sequence[str], vocabulary: Vocabulary) -> tuple[list[Found], tuple[str, ...]]:
    """All runs of words that are names, the longest first, and the words between them.

    Names of the program's own and of its tables alone: the published mapping also has ``water`` and ``air``.
    """
    for length in range(min(len(words), _RUN), 0, -1):
        for start in range(len(words) - length + 1):
            text = " ".join(words[start : start + length])
            apart = len(text) >= _SHORTEST and not only_forms(words[start : start + length])
            known = vocabulary.names.get(text) if apart else None
            if known is not None:
                here = [Found(one, "within the name", text, known.source) for one in known.ingredients]
                before, left = _within(words[:start], vocabulary)
                behind, right = _within(words[start + length :], vocabulary)
                return [*before, *here, *behind], (*left, *right)
    return [], tuple(words)


def _found(ingredient: str, known: Known, text: str) -> Found:
    return Found(ingredient, known.how, text, known.source)


def _once(found: Sequence[Found]) -> tuple[Found, ...]:
    """Each ingredient once, by the first way that it was found."""
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.ingredient, one)
    return tuple(first.values())


def _codes(drug: Drug, names: Sequence[str], vocabulary: Vocabulary) -> tuple[Code, ...]:
    codes = list(drug.codes)
    for name in names:
        codes += [Code(RXNORM, code, name) for code in vocabulary.rxcui.get(name, ())[:1]]
        codes += [Code(ATC, code, name) for code in vocabulary.atc.get(name, ())]
    kept: dict[tuple[str, str], Code] = {}
    for code in codes:
        kept.setdefault((code.system, code.value), code)
    return tuple(kept.values())


def _notes(named: Sequence[Found], coded: Sequence[Found]) -> tuple[str, ...]:
    one, other = {each.ingredient for each in named}, {each.ingredient for each in coded}
    if not one or not other or one <= other or other <= one:
        return ()
    words = f"{', '.join(sorted(one))}, its code {', '.join(sorted(other))}"
    return (f"The name says {words}: both were checked.",)


def _near(parsed: Parsed, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Names that differ in a letter or two; the first letter has to be the same."""
    tried = dict.fromkeys([" ".join(part.base) for part in parsed.parts] or [key(parsed.whole)])
    found: dict[str, None] = {}
    for text in tried:
        if len(text) > _FEWEST:
            alike = [
                one
                for one in vocabulary.names
                if one[0] == text[0] and abs(len(one) - len(text)) <= 2  # noqa: PLR2004
            ]
            found.update(dict.fromkeys(get_close_matches(text, alike, 2, _NEAR)))
    return tuple(found)
