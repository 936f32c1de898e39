"""The answer as rows and columns, and as sentences."""

from __future__ import annotations

from medapp.domain.cohort import Cohort, Evidence, Member
from medapp.services.cohort_words import parse
from medapp.ui.cohort import words
from medapp.ui.cohort.table import answer_table
from medapp.ui.record.tables import ordered


def cohort(text: str, *members: Member, **more) -> Cohort:
    query = parse(text)
    return Cohort(members, understood=query.text, conditions=query.conditions, **more)


def member(name: str, *evidence: Evidence, person: str = "p", patients: tuple[str, ...] = ()) -> Member:
    return Member(person, patients, name, "1960-01-01", "female", 66, evidence)


def lab(value: float, unit: str = "mg/dL", day: str = "2020-05-05", count: int = 1) -> Evidence:
    return Evidence("creatinine > 1.5", "Creatinine", day, value, unit, count)


def texts(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def sorted_by(table, column: int) -> list[str]:
    return [
        table.rows[at].cells[0].text
        for at in ordered(table.rows, range(len(table.rows)), column, falling=False)
    ]


def test_a_row_says_who_and_by_what():
    one = member("Doe, Jane", lab(1.9, count=3), patients=("i",))
    table = answer_table(cohort("creatinine above 1.5", one))
    assert [column.title for column in table.columns] == [
        "Name", "Age", "Sex", "Born", "Data", "creatinine > 1.5"
    ]  # fmt: skip
    assert texts(table) == [
        [
            "Doe, Jane",
            "66",
            "female",
            "1960-01-01",
            "record, images",
            "1.9 mg/dL · 2020-05-05 (3×) · Creatinine",
        ]
    ]
    assert table.rows[0].item is one


def test_what_is_not_known_is_said_to_be_so():
    nobody = Member("", ("i",), "", "", "", None, (Evidence("CT", "CT Chest"),))
    dead = Member("p", (), "Poe, Ann", "1980-06-01", "female", 30, (Evidence("CT", "CT"),), died=True)
    found = texts(answer_table(cohort("CT", nobody, dead)))
    assert found[0] == ["No name", "unknown", "unknown", "unknown", "images", "date unknown  CT Chest"]
    assert found[1][1] == "30, at death"


def test_medicines_say_until_when_and_what_is_absent_has_its_column():
    taken = Evidence("metformin", "Metformin 500 mg", "2019", until="going on", count=2)
    until_death = Evidence("metformin", "Metformin", "", until="death")
    ended = Evidence("metformin", "Metformin", "2019", until="2020-01-01")
    people = [member(f"{at}", one) for at, one in enumerate((taken, until_death, ended))]
    table = answer_table(cohort("without CT, taking metformin", *people))
    assert [row[5:] for row in texts(table)] == [
        ["none", "2019 – going on  Metformin 500 mg (2×)"],
        ["none", "unknown – death  Metformin"],
        ["none", "2019 – 2020-01-01  Metformin"],
    ]


def test_two_conditions_in_the_same_words_keep_their_own_evidence():
    one = member("a", Evidence("asthma", "Asthma", "2001"), Evidence("asthma", "Asthma plan", "2002"))
    (row,) = texts(answer_table(cohort("problem asthma and asthma", one)))
    assert row[5:] == ["2001  Asthma", "2002  Asthma plan"]


def test_values_sort_by_number_and_within_their_unit():
    people = [member("ten", lab(10)), member("nine", lab(9.5)), member("two", lab(2))]
    assert sorted_by(answer_table(cohort("creatinine above 1.5", *people)), 5) == ["two", "nine", "ten"]
    people += [member("grams", lab(3, "g/L")), member("none", lab(1.7, ""))]
    table = answer_table(cohort("creatinine above 1.5", *people))
    assert sorted_by(table, 5) == ["none", "grams", "two", "nine", "ten"]
    assert texts(table)[-1][5] == "1.7 no unit · 2020-05-05 · Creatinine"


def test_nobody_is_a_table_of_no_rows():
    table = answer_table(cohort("women with CT"))
    assert (len(table.columns), table.rows) == (6, ())


def test_the_count_in_words():
    assert words.count_line(cohort("CT")) == "Nobody fits"
    assert words.count_line(cohort("CT", member("a"))) == "1 patient fits"
    assert words.count_line(cohort("CT", member("a"), member("b"))) == "2 patients fit"
    told = cohort("CT", unknown=(("age", 1), ("date of “CT”", 12)))
    assert words.unknown_lines(told) == (
        "1 more could not be judged: age unknown.",
        "12 more could not be judged: date of “CT” unknown.",
    )


def test_every_example_and_kind_is_understood():
    for example in words.EXAMPLES:
        assert parse(example).text
    for kind, said in words.kinds():
        for part in said.split(" · "):
            query = parse(f"CT {part}" if part.startswith("since") else part)
            assert query.text, kind


def test_messages_become_sentences():
    assert words.sentence("the unit is not known") == "The unit is not known."
    assert words.sentence("“???” was not understood.") == "“???” was not understood."
