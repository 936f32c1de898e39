"""Pairs that labels contraindicate or tell to avoid, found by the program's own table alone."""

from __future__ import annotations

import pytest

FORBIDDEN = """
sildenafil,amyl nitrite
Tekturna,Cozaar
aliskiren,valsartan
moclobemide,fluoxetine
moclobemide,pethidine
Paxlovid,flecainide
bosentan,ciclosporin
bosentan,glyburide
voriconazole,carbamazepine
alfuzosin,ketoconazole
alfuzosin,cobicistat
silodosin,ketoconazole
tolvaptan,ketoconazole
ivabradine,diltiazem
ivabradine,verapamil
lurasidone,rifampin
finerenone,itraconazole
finerenone,clarithromycin
lomitapide,clarithromycin
vericiguat,riociguat
Biktarvy,rifampin
doravirine,rifampin
flibanserin,fluconazole
tranexamic acid,Yaz
mifepristone,prednisone
thioridazine,duloxetine
sofosbuvir,amiodarone
Epclusa,amiodarone
clozapine,fluvoxamine
ticagrelor,clarithromycin
ticagrelor,ketoconazole
ticagrelor,rifampin
rivaroxaban,phenobarbital
apixaban,primidone
cidofovir,ketorolac
pentostatin,fludarabine
potassium citrate,eplerenone
phenelzine,methylphenidate
phenelzine,amphetamine
phenelzine,phentermine
phenelzine,atomoxetine
saquinavir,rifampin
ramelteon,fluvoxamine
irinotecan,ketoconazole
eletriptan,ketoconazole
domperidone,clarithromycin
droperidol,amiodarone
aliskiren,ciclosporin
Tekturna,itraconazole
tacrolimus,ciclosporin
warfarin,ibrutinib
"""
ASK_FOR_CARE = """
Suboxone,oxycodone
leflunomide,methotrexate
siponimod,fluconazole
warfarin,enzalutamide
apixaban,enzalutamide
lamotrigine,Yaz
Yaz,oxcarbazepine
Yaz,modafinil
ceftriaxone,calcium gluconate
rizatriptan,propranolol
adenosine,dipyridamole
ibuprofen,enoxaparin
TMP-SMX,potassium chloride
"""


def worst(checked, pair):
    found = [one for one in checked(pair, None, "interaction") if one.outcome == "found"]
    return found[0] if found else None


@pytest.mark.parametrize("pair", FORBIDDEN.split("\n")[1:-1])
def test_pairs_that_are_forbidden(pair, checked):
    found = worst(checked, pair)
    assert found is not None
    assert (found.severity, found.vetoes) == ("critical", True)
    assert "read beside" in found.citation.identifier


@pytest.mark.parametrize("pair", ASK_FOR_CARE.split("\n")[1:-1])
def test_pairs_that_ask_for_care(pair, checked):
    found = worst(checked, pair)
    assert found is not None
    assert found.severity == "significant"


@pytest.mark.parametrize("name", ["Mirena", "Depo-Provera", "levonorgestrel intrauterine system"])
def test_what_an_inducer_does_not_weaken_is_not_told_to_fail(name, checked):
    assert worst(checked, f"{name},carbamazepine") is None
    assert worst(checked, "Yaz,carbamazepine").severity == "critical"
