"""Names of medicines as they stand in records, taken apart: doses, forms, salts, brands, combinations."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNITS: Final = (
    r"(?:mg|mcg|ug|µg|μg|ng|gm?|grams?|kg|ml|dl|l|unt|units?|iu|u|meq|mmol|mol|actuat|act|hrs?|h|days?|vil|vial|"
    r"tab|cap|puffs?|drops?|sprays?|ppm|cm2?|mm|%)"
)
_AMOUNT: Final = re.compile(
    rf"(?<![\w.])\d[\d.,/]*(?:\s*-\s*\d[\d.,]*)?\s*-?{_UNITS}(?![a-z0-9])(?:\s*(?:/|per)\s*(?:\d[\d.,]*\s*)?{_UNITS}(?![a-z0-9]))*"
)
_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]|\(([^()]*)\)")
_SPLIT: Final = re.compile(
    r"\s+/\s+|(?<=[a-z)])\s*/\s*(?=[a-z])|\s*\+\s*(?=[a-z])|\s+/(?=\S)|/\s+|\band\b|\bwith\b|;|&"
)
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_REGISTERED: Final = re.compile(r"^(?:nda|anda|bla)\d+$")
_NUMBER: Final = re.compile(r"(?:#\s*|\bno\.?\s+)(?=[1-9](?![\w.]))")
"""Before the number of a product (``Tylenol #3``, ``No. 3``)."""
_NUMBERED: Final = re.compile(r"no[1-9]")
_LONGEST: Final = 500
"""Characters of a name that are looked at."""

_FORM_WORDS: Final = """
tablet tablets tab tabs capsule capsules cap caps caplet caplets oral solution soln sol suspension susp
injection inj injectable infusion cream ointment oint gel lotion patch transdermal system spray inhaler
inhalation inhal metered dose dry powder drops drop ophthalmic oph opth otic ear eye nasal topical top
extended release er xr sr la cr xl retard delayed dr ec enteric coated chewable chew disintegrating odt
sublingual sl rectal suppository supp vaginal vag ring implant drug intrauterine prefilled syringe auto
injector pen vial vil ampule ampoule amp kit pack day days hr hour hours daily bid tid qid qd od once
twice po iv im sc sq subcutaneous intravenous intramuscular mucosal elixir syrup film effervescent
effervs immediate modified nebulizer nebuliser abuse deterrent product usp bp nf ud sa sustained action
of for as by mouth per each every prn needed take in the shampoo foam mouthwash lozenge gum unit pak
strength micronized conventional liposomal liquid liqd liq neb nebs nebu mdi diskus flush lock ivpb bag lvp
pb adv sdv ophth inh ir td solp rinse laxative ns cvl picc crrt hickman osmotic isotonic dosing corrective
mdv syr crtrdg ndl pf tbec tbcr solr syrg udpwd rect re ij flex cont plas premix mini mbp plus porcine range
sprinkles jelly emulsion enema replacement iso osm bolus drip glass bottle packet cup tube vialmate mate rtu
excel repackage prmx consult pharmacy crystals crys inert ingredients ingredient room hp ds ss base
cc cd xt ib aers arthritis
"""
_FORMS: Final = frozenset(_FORM_WORDS.split())
_LOCAL_WORDS: Final = """
cream ointment oint lotion topical top ophthalmic oph opth otic ear eye nasal vaginal vag shampoo foam
mouthwash
"""
_LOCAL: Final = frozenset(_LOCAL_WORDS.split())
_SALT_WORDS: Final = """
hydrochloride hydrocholoride hcl dihydrochloride sodium na disodium trisodium potassium k dipotassium
calcium ca magnesium sulfate sulphate so4 bisulfate phosphate po4 diphosphate acetate diacetate tartrate
bitartrate succinate maleate fumarate hemifumarate mesylate mesilate besylate besilate tosylate tosilate
citrate bromide hydrobromide hbr chloride nitrate lactate gluconate malate pamoate embonate stearate
ethylsuccinate estolate lactobionate valerate dipropionate propionate furoate butyrate tromethamine
trometamol lysine arginine meglumine axetil medoxomil proxetil cilexetil pivoxil decanoate enanthate
cypionate cipionate undecanoate hyclate xinafoate oxalate palmitate hippurate saccharate aspartate
erbumine olamine edisylate sod succ sulf isethionate isetionate napsylate monohydrate dihydrate trihydrate
hemihydrate sesquihydrate hydrate anhydrous macrocrystals macrocrystalline recombinant etexilate
disoproxil mofetil trihydrochloride monosodium
"""
_SALTS: Final = frozenset(_SALT_WORDS.split())
_CATION_WORDS: Final = """
sodium potassium calcium magnesium iron ferrous ferric zinc aluminum aluminium ammonium lithium silver copper
barium bismuth
"""
_CATIONS: Final = frozenset(_CATION_WORDS.split())
_SECOND_WORDS: Final = """
d hct pm am dm cf pe plus co duo compound cold flu sinus allergy migraine nx ac
"""
_SECOND: Final = frozenset(_SECOND_WORDS.split())
"""Behind a brand they stand for a second ingredient (``Claritin-D``), or for one more than they say."""
_BEFORE: Final = frozenset({"without", "non", "anti", "no", "not"})
"""Words that deny the one behind them; ``free`` denies the one before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts that a name joins by a slash, a plus or an ``and``.

    Attributes:
        words: In lower case; amounts are left out, and what it says is not in it (``aspirin-free``).
        plain: Without words of form and route.
        base: Without the salt too.
    """

    words: tuple[str, ...]
    plain: tuple[str, ...]
    base: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A name taken apart.

    Attributes:
        whole: The name as it is looked up, amounts and brackets with it.
        aside: What stood in brackets, as it was written in lower case.
        is_local: Whether its words name a form for skin, eye, ear, nose or vagina.
    """

    whole: str
    parts: tuple[Part, ...]
    aside: tuple[str, ...]
    is_local: bool


def key(text: str) -> str:
    """What two spellings of a name have in common: letters and digits in lower case, one space between."""
    return _OTHER.sub(" ", _lower(text)).strip()


def without_salt(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without those of a salt behind; the plain metal of a salt is never what remains."""
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _SALTS:
        kept.pop()
    return tuple(kept) if not (len(kept) == 1 and kept[0] in _CATIONS) else words


def parse(text: str) -> Parsed:
    """Take a name apart; what is longer than 500 characters is cut."""
    lower = _lower(text)[:_LONGEST]
    aside = tuple(one or other for one, other in _BRACKETS.findall(lower))
    outside = _AMOUNT.sub(" ", _BRACKETS.sub(" ", lower))
    parts = [_part(one) for one in _SPLIT.split(outside)]
    words = set(key(lower).split())
    named = tuple(one for one in parts if one.words)
    return Parsed(key(lower), named, tuple(one for one in aside if key(one)), bool(words & _LOCAL))


def _part(text: str) -> Part:
    words = _stated(tuple(word for word in key(text).split() if not _REGISTERED.match(word)))
    plain = tuple(word for word in words if word not in _FORMS)
    while plain and plain[0].isdecimal():
        plain = plain[1:]
    if all(word.isdecimal() for word in plain):
        plain = ()
    return Part(words, plain, without_salt(plain))


def _stated(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without what is denied; numbers are never denied (``No. 3``)."""
    kept: list[str] = []
    denied = False
    for word in words:
        if word == "free":
            del kept[-1:]
        elif word in _BEFORE:
            denied = True
            continue
        elif not denied or word.isdecimal():
            kept.append(word)
        denied = False
    return tuple(kept)


def second(words: Iterable[str]) -> tuple[str, ...]:
    """Words that behind a brand stand for a second ingredient."""
    return tuple(word for word in words if word in _SECOND or _NUMBERED.fullmatch(word))


def only_forms(words: Iterable[str]) -> bool:
    """Whether words name forms and routes alone (``inh`` is isoniazid only where nothing else is said)."""
    return all(word in _FORMS for word in words)


def unsaid(words: Iterable[str]) -> tuple[str, ...]:
    """Words that name neither a form, a salt nor an amount."""
    return tuple(
        word
        for word in words
        if word not in _FORMS
        and word not in _SALTS
        and not word.isdecimal()
        and not _NUMBERED.fullmatch(word)
        and len(word) > 1
    )


def _lower(text: str) -> str:
    found = unicodedata.normalize("NFKC", text).replace("\ufeff", "").casefold()
    return _NUMBER.sub(" no", found.replace("_", " "))
