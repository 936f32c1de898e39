"""The workspace: tables, trend, notes, genome, details, and what it asks the shell for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QStyle, QStyleOptionViewItem

from medapp.domain.record import (
    Concept,
    Entry,
    Note,
    Observation,
    Other,
    Period,
    Quantity,
    Report,
    Source,
    StudyReference,
    When,
)
from medapp.ui.record.genome import GenomeView
from medapp.ui.record.lab_list import SPARK
from medapp.ui.record.lab_rows import LATEST, TREND
from medapp.ui.record.trend_paint import SCALE
from medapp.ui.record.view import RecordView
from tests.unit.ui_record.synthetic import genome

LEFT = Qt.MouseButton.LeftButton


def kept(content, name: str, file="b.json") -> Entry:
    return Entry(name, "p", Source(file, "fhir", name), content)


def title(workspace) -> str:
    return workspace.tabs.tabText(workspace.tabs.currentIndex())


def of(workspace, kind) -> Entry:
    return next(entry for entry in workspace.view.entries if isinstance(entry.content, kind))


def test_without_a_record_it_says_what_to_do(qtbot, workspace):
    workspace.set_record(None)
    assert workspace.nothing.message.text() == "No record of this patient"
    assert "FHIR, HL7 v2, C-CDA, OMOP, tables, phenopackets, VCF" in workspace.nothing.explanation.text()
    assert workspace.nothing.button.isVisible()
    with qtbot.waitSignal(workspace.importRequested):
        qtbot.mouseClick(workspace.nothing.button, LEFT)


def test_while_it_is_read_nothing_of_the_patient_before_is_shown(workspace):
    workspace.set_waiting()
    assert workspace.view is None
    assert not workspace.timeline.isVisible()
    assert not workspace.nothing.button.isVisible()


def test_a_person_without_entries_is_told_apart(workspace, record_view):
    workspace.set_record(RecordView.build(record_view.persons, ()))
    assert workspace.nothing.explanation.text().startswith("The library knows the patient")


def test_tabs_tell_how_much_there_is(workspace, record_view):
    texts = [workspace.tabs.tabText(at) for at in range(workspace.tabs.count())]
    assert texts[0] == "Labs 12"
    assert texts[1] == f"Problems {len(record_view.problems.rows)}"
    assert texts[-1] == "Not drawn 3"


def test_a_line_shows_its_source_and_its_place_on_the_time_line(workspace):
    page = workspace.tables["problems"]
    workspace.tabs.setCurrentWidget(page)
    page.view.selectRow(0)
    row = page.model.row_at(0)
    assert workspace.detail.entry is row.entry
    assert workspace.timeline.selected is row.entry
    pairs = dict(workspace.detail.pairs)
    assert pairs["File"] == "record_1971.json"
    assert pairs["Place"] == row.entry.source.place
    assert row.entry.source.place in workspace.strip.full_text
    assert row.entry.source.place in workspace.detail.text.toPlainText()


def test_the_source_can_be_asked_for(qtbot, workspace):
    page = workspace.tables["problems"]
    page.view.selectRow(0)
    with qtbot.waitSignal(workspace.sourceRequested) as told:
        qtbot.mouseClick(workspace.detail._source, LEFT)
    assert told.args[0] is page.model.row_at(0).entry


def test_an_entry_of_the_time_line_opens_its_table(workspace):
    for kind, words in ((Note, "Notes"), (Observation, "Labs"), (StudyReference, "All")):
        entry = of(workspace, kind)
        workspace.timeline.entrySelected.emit(entry)
        assert title(workspace).startswith(words)
        assert workspace.selected is entry
        assert workspace.detail.entry is entry


def test_a_study_opens_from_the_details_and_from_the_table(qtbot, workspace):
    entry = of(workspace, StudyReference)
    workspace.select(entry)
    with qtbot.waitSignal(workspace.studyRequested) as told:
        qtbot.mouseClick(workspace.detail._study, LEFT)
    assert told.args == [entry.content.uid]
    with qtbot.waitSignal(workspace.studyRequested) as told:
        qtbot.keyClick(workspace.tables["everything"].view, Qt.Key.Key_Return)
    assert told.args == [entry.content.uid]


def test_sorting_and_filtering_a_table(qtbot, workspace):
    page = workspace.tables["everything"]
    workspace.tabs.setCurrentWidget(page)
    page.view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    titles = [page.model.row_at(at).cells[2].key for at in range(page.model.rowCount())]
    assert titles == sorted(titles)
    qtbot.keyClicks(page.filter, "chest ct")
    assert page.model.rowCount() == 9
    assert page.count.text() == f"9 of {len(workspace.view.entries)}"
    page.filter.clear()
    assert page.model.rowCount() == len(workspace.view.entries)


def test_mistakes_are_struck(workspace):
    model = workspace.tables["problems"].model
    last = model.index(model.rowCount() - 1, 0)
    assert model.data(last, Qt.ItemDataRole.FontRole).strikeOut()
    assert model.data(model.index(0, 0), Qt.ItemDataRole.FontRole) is None
    assert "made in error" in model.data(last, Qt.ItemDataRole.ToolTipRole)


def test_what_is_not_drawn_is_listed(qtbot, workspace):
    qtbot.mouseClick(workspace.timeline.undated, LEFT)
    assert title(workspace) == "Not drawn 3"


def test_labs_are_grouped_and_the_first_is_drawn(workspace):
    model = workspace.labs.model
    assert list(model.heads()) == [0, 11]
    assert model.data(model.index(0, 0)) == "Laboratory"
    assert workspace.labs.trend.analyte is model.analyte(1)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert len(model.data(model.index(1, TREND), SPARK)) > 5
    assert model.data(model.index(1, 0), SPARK) is None


def test_a_value_in_words_has_the_room_of_its_unit_too(workspace):
    entries = (
        kept(Observation(Concept(text="Colour"), value="brown and cloudy"), "1"),
        kept(Observation(Concept(text="Weight"), value=Quantity(80.0, "kg")), "2"),
    )
    workspace.set_record(RecordView.build((), entries))
    labs = workspace.labs
    lines = {labs.model.analyte(line).title: line for line in range(1, 3)}
    assert labs.view.columnSpan(lines["Colour"], LATEST) == 2
    assert labs.view.columnSpan(lines["Weight"], LATEST) == 1
    side = labs.model.data(labs.model.index(lines["Colour"], LATEST), Qt.ItemDataRole.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignLeft
    assert labs.unstated.full_text == "Not stated: Flag, Usual"
    assert labs.view.isColumnHidden(3)
    assert labs.view.isColumnHidden(5)


def test_a_click_on_the_line_that_is_chosen_already_shows_it(qtbot, workspace):
    labs = workspace.labs
    assert workspace.detail.entry is None
    place = labs.view.visualRect(labs.model.index(1, 0)).center()
    qtbot.mouseClick(labs.view.viewport(), LEFT, pos=place)
    assert workspace.detail.entry is labs.model.analyte(1).latest.entry


def test_a_trend_is_shown_whole_in_every_size_until_it_is_moved(qtbot, workspace):
    trend = workspace.labs.trend

    def first() -> float:
        return float(trend.painter.place(trend.item.boundingRect())[0, 0])

    for width in (900, 1500):
        workspace.resize(width, 700)
        qtbot.wait(30)
        trend.view.grab()
        assert first() > SCALE + 2, "the first value stands beside the scale, not under it"
    trend.box.zoom(0.5)
    shown = trend.box.low, trend.box.high
    workspace.resize(1200, 700)
    qtbot.wait(30)
    assert (trend.box.low, trend.box.high) == pytest.approx(shown)


def test_a_warning_is_one_in_a_selected_line_too(qtbot, workspace):
    model = workspace.labs.model
    cells = [model.index(at, LATEST) for at in range(1, model.rowCount())]
    index = next(one for one in cells if model.data(one, Qt.ItemDataRole.ForegroundRole) is not None)
    option = QStyleOptionViewItem()
    option.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Selected
    workspace.labs.view.itemDelegateForIndex(index).initStyleOption(option, index)
    found = option.palette.color(QPalette.ColorRole.HighlightedText)
    assert found == model.data(index, Qt.ItemDataRole.ForegroundRole)


def test_labs_sort_within_their_category(workspace):
    model = workspace.labs.model
    workspace.labs.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert list(model.heads()) == [0, 11]
    names = [model.analyte(line).title for line in range(1, 11)]
    assert names == sorted(names, key=str.casefold, reverse=True)
    workspace.labs.filter.setText("glucose")
    assert model.rowCount() == 2


def test_a_choice_of_an_analyte_draws_it_and_lists_its_values(workspace):
    labs = workspace.labs
    labs.view.selectRow(3)
    one = labs.model.analyte(3)
    assert labs.trend.analyte is one
    assert labs.values.model.total == len(one.points)
    assert workspace.detail.entry is one.latest.entry
    labs.values.view.selectRow(2)
    assert workspace.detail.entry is one.points[2].entry
    point = labs.trend.painter.series.points[labs.trend.painter.selected]
    assert point.entry is one.points[2].entry


def test_a_point_of_the_trend_can_be_clicked(workspace, qtbot):
    trend = workspace.labs.trend
    qtbot.wait(20)
    places = trend.painter.place(trend.item.boundingRect())
    at = len(places) - 1
    inside = trend.view.mapFromScene(trend.box.mapToScene(QPointF(*places[at])))
    target = trend.view.viewport()
    with qtbot.waitSignal(trend.pointSelected) as told:
        for kind, button, held in (
            (QEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton),
            (QEvent.Type.MouseButtonPress, LEFT, LEFT),
            (QEvent.Type.MouseButtonRelease, LEFT, Qt.MouseButton.NoButton),
        ):
            where = QPointF(target.mapToGlobal(inside))
            event = QMouseEvent(kind, QPointF(inside), where, button, held, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(target, event)
    assert told.args[0] in {point.entry for point in trend.painter.series.points}
    assert workspace.selected is told.args[0]


def test_units_are_chosen_never_mixed(workspace, record_view):
    when = [Period(When(f"202{n}-01-01")) for n in range(3)]
    values = (Quantity(1.0, "mg/dL"), Quantity(90.0, "umol/L"), Quantity(2.0))
    contents = [Observation(Concept(text="x"), effective=at, value=value)
                for at, value in zip(when, values, strict=True)]  # fmt: skip
    entries = [kept(one, str(n)) for n, one in enumerate(contents)]
    workspace.set_record(RecordView.build((), entries, now=datetime(2025, 1, 1, tzinfo=UTC)))
    trend = workspace.labs.trend
    texts = [trend.units.itemText(at) for at in range(trend.units.count())]
    assert texts == ["unit unknown (1)", "umol/L (1)", "mg/dL (1)"]
    trend.units.setCurrentIndex(1)
    assert trend.painter.numbers[:, 1].tolist() == [90.0]


def test_a_note_is_plain_text_and_its_link_is_only_shown(workspace):
    text = "<b>high</b> <img src='http://example.org/x.png'>"
    entries = (
        kept(Note(Concept(text="n"), written=When("2020"), text=text), "1"),
        kept(Note(Concept(text="l"), written=When("2019"), link="http://example.org/a.pdf"), "2"),
        kept(Report(Concept(text="r"), conclusion="Nothing found."), "3"),
    )
    workspace.set_record(RecordView.build((), entries))
    notes = workspace.notes
    notes.table.view.selectRow(0)
    assert notes.text.toPlainText() == text
    assert not notes.link.isVisible()
    notes.table.view.selectRow(1)
    assert notes.link.text() == "Link (not opened): http://example.org/a.pdf"
    assert not notes.link.openExternalLinks()
    assert notes.link.textFormat() == Qt.TextFormat.PlainText
    notes.table.view.selectRow(2)
    assert notes.text.toPlainText() == "Nothing found."


def test_texts_of_the_source_are_never_markup(workspace):
    text = "<img src='http://example.org/x.png'><h1>x"
    entries = (kept(Note(Concept(text=text), text="t"), text, text),)
    workspace.set_record(RecordView.build((), entries))
    workspace.select(entries[0])
    assert dict(workspace.detail.pairs)["File"] == text
    assert text in workspace.detail.text.toPlainText()
    assert workspace.detail._title.textFormat() == Qt.TextFormat.PlainText
    model = workspace.notes.table.model
    assert "<img" not in model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)


def test_a_gene_and_a_variant_are_shown_in_full(workspace):
    page = workspace.genome
    workspace.tabs.setCurrentWidget(page)
    page.genes.view.selectRow(1)
    pairs = dict(workspace.detail.pairs)
    assert workspace.detail._title.text() == "CYP2D6"
    assert pairs["Missing positions"] == "chr22:42126611, chr22:42127803"
    assert "not known" in pairs["No call"]
    assert workspace.detail.entry is None
    assert workspace.timeline.selected is None
    page.variants.view.selectRow(0)
    assert dict(workspace.detail.pairs)["Genotypes"] == "0/1"


def test_of_several_genomes_one_is_chosen(workspace, record_view):
    calls, variants = genome()
    views = [
        GenomeView.of(calls, variants, None, "new.vcf", "S1", "GRCh38"),
        GenomeView.of(calls[:1], (), None, "old.vcf", "S1", "GRCh38"),
    ]
    workspace.set_record(RecordView.build(record_view.persons, record_view.entries, genomes=views))
    page = workspace.genome
    workspace.tabs.setCurrentWidget(page)
    assert page.choice.isVisible()
    assert page.choice.itemText(0) == "new.vcf \u00b7 S1 \u00b7 GRCh38 \u00b7 CPIC 1"
    assert (page.genes.model.total, page.variants.model.total) == (4, 3)
    page.choice.setCurrentIndex(1)
    assert (page.genes.model.total, page.variants.model.total) == (1, 0)
    workspace.set_record(RecordView.build((), record_view.entries, genomes=views[:1]))
    assert not page.choice.isVisible()
    assert page.title.full_text.startswith("new.vcf")


def test_a_record_without_a_genome_shows_what_it_reports_or_what_to_do(qtbot, workspace):
    told = (("gene", "NIPBL"), ("hgvs.c", "c.2479_2480del"), ("zygosity", "heterozygous"))
    entry = kept(Other("GenomicInterpretation", Concept(text="NIPBL"), facts=told), "1")
    workspace.set_record(RecordView.build((), (entry,)))
    page = workspace.genome
    workspace.tabs.setCurrentWidget(page)
    assert page.reported.isVisible()
    assert not page.genes.isVisible()
    page.reported.view.selectRow(0)
    assert workspace.detail.entry is entry
    workspace.set_record(RecordView.build((), (kept(Observation(Concept(text="y")), "2"),)))
    assert not page.reported.isVisible()
    (button,) = [one for one in page.findChildren(QPushButton) if one.isVisible()]
    with qtbot.waitSignal(workspace.importRequested):
        qtbot.mouseClick(button, LEFT)


@pytest.mark.parametrize("name", ["problems", "medicines", "allergies", "procedures"])
def test_a_table_without_entries_says_what_to_do(qtbot, workspace, name):
    workspace.set_record(RecordView.build((), (kept(Observation(Concept(text="y")), "2"),)))
    page = workspace.tables[name]
    workspace.tabs.setCurrentWidget(page)
    (button,) = [one for one in page.findChildren(QPushButton) if one.isVisible()]
    with qtbot.waitSignal(workspace.importRequested):
        qtbot.mouseClick(button, LEFT)


def test_details_hide_where_there_is_little_room_until_asked_for(qtbot, workspace):
    assert workspace.detail.isVisible()
    workspace.resize(870, 660)
    qtbot.waitUntil(lambda: not workspace.detail.isVisible())
    qtbot.mouseClick(workspace.details_button, LEFT)
    assert workspace.detail.isVisible()
    workspace.resize(860, 660)
    qtbot.wait(10)
    assert workspace.detail.isVisible()


@pytest.mark.parametrize("size", [(870, 640), (1216, 700), (2400, 1300)])
def test_it_fits_any_window(qtbot, workspace, size):
    workspace.resize(*size)
    qtbot.wait(10)
    assert (workspace.width(), workspace.height()) == size
    assert workspace.timeline.height() > 100
    assert workspace.tabs.height() > 200


def test_another_record_leaves_nothing_of_the_one_before(workspace):
    workspace.select(of(workspace, Note))
    workspace.tables["everything"].filter.setText("something else")
    entries = (kept(Observation(Concept(text="y"), value=Quantity(1.0)), "1"),)
    workspace.set_record(RecordView.build((), entries))
    assert workspace.selected is None
    assert workspace.detail.entry is None
    assert workspace.notes.text.toPlainText() == ""
    assert workspace.notes.table.model.total == 0
    assert workspace.genome.genes.model.total == 0
    assert workspace.tables["everything"].model.rowCount() == 1
    assert workspace.labs.model.rowCount() == 2
    assert workspace.labs.trend.painter is None
    workspace.set_record(None)
    assert workspace.timeline.selected is None


def test_a_year_without_its_months_is_drawn_as_long_as_it_is(workspace, qtbot):
    dates = ("2010-05-01", "2012", "2020-05-01")
    entries = [
        kept(Observation(Concept(text="x"), effective=Period(When(text)), value=Quantity(value, "g")), text)
        for text, value in zip(dates, (1.0, 5.0, 1.0), strict=True)
    ]
    workspace.set_record(RecordView.build((), entries))
    trend = workspace.labs.trend
    qtbot.wait(20)
    rect = trend.item.boundingRect()
    x, y = trend.painter.place(rect)[1].tolist()
    year = trend.box.second * 365 * 86400
    picture = trend.view.grab().toImage()
    place = trend.view.mapFromScene(trend.box.mapToScene(QPointF(x + year * 0.8, y)))
    found = {picture.pixelColor(place.x(), place.y() + step).name() for step in (-1, 0, 1)}
    place = trend.view.mapFromScene(trend.box.mapToScene(QPointF(x + year * 1.6, y)))
    beyond = {picture.pixelColor(place.x(), place.y() + step).name() for step in (-1, 0, 1)}
    assert found != beyond
