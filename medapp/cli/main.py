"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from medapp.cli.check_drugs import command as check_drugs
from medapp.cli.ending import (
    CANCELLED,
    FAILED,
    WRONG_USE,
    Problem,
    make_folder,
    one_line,
    refuse_missing,
    refuse_to_replace,
    refuse_without_display,
    tell_problem,
)
from medapp.cli.import_command import STATUS as IMPORT_STATUS
from medapp.cli.import_command import command as import_paths
from medapp.cli.molecules import finalists, generate, metabolise, optimise, screen, toxicity
from medapp.cli.recommend import command as recommend
from medapp.cli.show import begin
from medapp.cli.task_help import with_parameters
from medapp.library.database import LibraryError

STATUS = (
    "Status: 0 done (also where a model gives no answer and says why), 1 failed, 2 wrong use, 3 no series "
    "fits or the task refuses it, 130 cancelled."
)

app = typer.Typer(
    name="medapp",
    help="Images, record and genome of one patient on one screen. Not for diagnostic use.",
    epilog=STATUS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
plugins_app = typer.Typer(help="Installed plugins.", no_args_is_help=True)
app.add_typer(plugins_app, name="plugins")

Task = Annotated[str, typer.Argument(metavar="TASK", help="As `medapp plugins list` names it.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the task.")
]
Asked = Annotated[
    Path,
    typer.Argument(
        metavar="PATH|PATIENT",
        help="Folder, file, archive or DICOMDIR; for a classification also a patient of the library.",
    ),
]
Chosen = Annotated[
    str,
    typer.Option(help="UID, or the key that `medapp index` shows; else the fitting one with most slices."),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda:0 ...")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that lie in the folder already.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Dataset = Annotated[
    Path | None, typer.Argument(metavar="DATASET", help="Folder of the data, as the model card describes it.")
]
Data = Annotated[Path | None, typer.Option(help="The same as DATASET.")]


def main() -> int:
    """Run the command line and return its exit status."""
    begin()
    try:
        app()
    except Problem as problem:
        tell_problem(problem)
        return problem.status
    except LibraryError as error:
        tell_problem(Problem(one_line(error)))
        return FAILED
    except OSError as error:
        # Of the program's own folders or of the output: nothing that a list of calls would explain.
        sys.stderr.write(f"medapp: {one_line(error)}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("medapp: cancelled\n")
        return CANCELLED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _version(wanted: bool) -> None:
    if wanted:
        import medapp

        typer.echo(f"medapp {medapp.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Images, record and genome of one patient on one screen. Not for diagnostic use."""


@app.command("open")
def open_window(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...")] = None,
    sample: Annotated[bool, typer.Option(help="Open the sample patient.")] = False,
) -> None:
    """Open the window, and in it folders, files, archives or a DICOMDIR."""
    refuse_missing(paths or [])
    refuse_without_display()

    from medapp.ui.app import run_app

    raise typer.Exit(run_app(paths or [], sample=sample))


@app.command()
def demo(out: Annotated[Path, typer.Option(help="Folder for the screenshot.")], force: Force = False) -> None:
    """Go the whole way once on the sample patient, without a screen."""
    screenshot = out / "screenshot.png"
    if screenshot.exists() and not (out / "home").is_dir() and not force:  # not of an earlier demonstration
        refuse_to_replace([screenshot])
    make_folder(out)

    from medapp.ui.demo import run_demo

    raise typer.Exit(run_demo(out))


@app.command(epilog=STATUS)
def run(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    task: Task,
    path: Asked,
    out: Annotated[Path, typer.Option(help="Folder for segmentation.dcm, segmentation.nii.gz, result.json.")],
    settings: Settings = None,
    series: Chosen = "",
    patient: Annotated[str, typer.Option(help="Whose record, where the files speak of several people.")] = "",
    labels: Annotated[
        str,
        typer.Option(
            metavar="SERIES|FILE",
            help="Segmentation or structure set to go by: UID, key or file; else the only one of the series.",
        ),
    ] = "",
    device: Device = "auto",
    fast: Annotated[bool, typer.Option(help="Half precision: a few voxels may differ.")] = False,
    seed: Seed = 0,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Run a task on a series, or ask one about a patient, and write what it finds.

    Nothing found is a result too: the status is 0, the files are written,
    a warning on the error output says so, and `--json` has "empty": true.
    """
    from medapp.cli.run import Wish
    from medapp.cli.run import run as run_task

    precision = "bfloat16" if fast else "float32"
    run_task(
        Wish(
            task,
            path,
            out,
            tuple(settings or ()),
            series,
            device,
            precision,
            seed,
            as_json,
            force,
            patient,
            labels,
        )
    )


@app.command()
def index(paths: Annotated[list[Path], typer.Argument(metavar="PATH...")], as_json: Json = False) -> None:
    """Print studies, series, their geometry, and what could not be read. Nothing is stored."""
    from medapp.cli.listing import index as print_index

    print_index(paths, as_json=as_json)


app.command("import", epilog=IMPORT_STATUS)(import_paths)


@app.command(epilog=STATUS)
def record(
    patient: Annotated[
        str, typer.Argument(metavar="[PATIENT]", help="Key, number, or words of the name.")
    ] = "",
    listing: Annotated[
        bool, typer.Option("--list", help="List who there is, or whom these words fit.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it: .json, .md (Markdown) or .txt.")
    ] = None,
    force: Force = False,
    places: Annotated[
        bool, typer.Option("--places", help="Add where in its file each entry stands.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the record of a patient in order of time, each entry with where it came from, or write it.

    On a terminal in columns; into a file or a pipe separated by tabs, one line an entry.
    """
    from medapp.cli import records

    if listing:
        records.list_records(patient, as_json=as_json)
        return
    if not patient:
        message = "say whose record: key, number, or words of the name; --list lists who there is"
        raise Problem(message, WRONG_USE)
    records.record(records.Wish(patient, places, out, force, as_json))


@app.command(epilog=STATUS)
def quality(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...")],
    propose: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the proposed rules, for `features --rules`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find duplicates, missing values, outliers, unit mismatches, wrong dates and contradictions.

    Nothing is changed: a rule is proposed for each.
    """
    from medapp.cli import quality as command

    command.quality(paths, as_json=as_json, propose=propose)


@app.command(epilog=STATUS)
def features(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    out: Annotated[Path, typer.Option(help="Folder for features.csv, sequences.npz, columns.md, features/.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH|PATIENT]...", help="Paths, or patients of the library; else all of it."
        ),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rules of quality; else the chosen ones.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Apply what was fitted before; nothing is fitted.")
    ] = None,
    index_time: Annotated[
        str, typer.Option(metavar="DATE|last", help="What windows end at; last: of each patient.")
    ] = "last",
    window: Annotated[
        list[float] | None,
        typer.Option(metavar="DAYS", min=0, help="Before the index time, 0 for all; again for more."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What columns of tables mean, as for `import`.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make features of records for models: a table and padded sequences, described column by column.

    Rules of quality are applied first. What was fitted is kept in features/ and can be applied to other
    patients with --plan. Nothing in a record is changed.
    """
    from medapp.cli import features as command

    wish = command.Wish(
        tuple(sources or ()), out, rules, plan, mapping, index_time, tuple(window or ()), force, as_json
    )
    command.features(wish)


@app.command("rank-diseases", epilog=STATUS)
def rank_diseases(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    packet: Annotated[
        Path,
        typer.Argument(
            metavar="PHENOPACKET", help="GA4GH Phenopacket 2.0, or another record with HPO codes."
        ),
    ],
    vcf: Annotated[
        Path | None, typer.Option(help="The patient's variants, best annotated and filtered.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for result.json.")] = None,
    sample: Annotated[str, typer.Option(help="Which sample of the VCF, where there are several.")] = "",
    patient: Annotated[str, typer.Option(help="Whose record, where the file speaks of several people.")] = "",
    causative: Annotated[
        bool,
        typer.Option(
            "--causative", help="Take variants too that the packet names as the cause of a diagnosis."
        ),
    ] = False,
    seed: Seed = 0,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Rank rare diseases by phenotype terms and, where there is one, by the genome, with the reasons.

    The diagnosis that a packet may hold is never read. Without an answer the reason is printed, and the
    status is 0.
    """
    from medapp.cli import rank_diseases as command

    command.rank_diseases(command.Wish(packet, vcf, out, sample, patient, causative, seed, force, as_json))


@app.command(epilog=STATUS)
def pgx(
    vcf: Annotated[Path, typer.Argument(metavar="FILE.vcf", help="Plain or compressed, on GRCh38.")],
    sample: Annotated[str, typer.Option(help="Its name in the header, where there are several.")] = "",
    outside: Annotated[
        Path | None, typer.Option(help="Calls of other methods: gene, diplotype, phenotype, score a line.")
    ] = None,
    patient: Annotated[str, typer.Option(help="Keep the calls as those of this patient.")] = "",
    research: Annotated[bool, typer.Option(help="Call combinations and partial alleles too.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a file with any fault, also beside the genotypes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Call named alleles, diplotypes, activity scores and phenotypes of genes that act on medicines.

    A position that the file lacks is missing, never reference.
    """
    from medapp.cli import pgx as command

    command.pgx(command.Wish(vcf, sample, outside, patient, research, as_json, strict))


app.command("check-drugs", epilog=STATUS)(check_drugs)
app.command("recommend", epilog=STATUS)(recommend)
for name, runs, own in (
    ("generate", generate, ("number", "method")),
    ("optimise", optimise, ("goal", "calls")),
    ("screen", screen, ()),
    ("finalists", finalists, ()),
    ("metabolise", metabolise, ()),
    ("toxicity", toxicity, ()),
):
    app.command(name, epilog=STATUS, cls=with_parameters(f"molecules.{name}", *own))(runs)


@app.command(epilog=STATUS)
def cohort(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="women over 60 with CT chest and creatinine above 1.5")
    ],
    out: Annotated[Path | None, typer.Option(help="Write the answer as CSV.")] = None,
    as_json: Json = False,
) -> None:
    """Ask the library who fits: sex, age, imaging, problems, medicines, measurements."""
    from medapp.cli import records

    records.cohort(question, out, as_json=as_json)


@app.command(epilog=STATUS)
def findings(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    patient: Annotated[str, typer.Argument(metavar="PATIENT", help="Key, number, or words of the name.")],
    accept: Annotated[
        list[str] | None, typer.Option(metavar="RESULT:KEY", help="Accept a finding; again for more.")
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option(metavar="RESULT:KEY", help="Reject a finding; again for more.")
    ] = None,
    correct: Annotated[
        list[str] | None, typer.Option(metavar="RESULT:KEY", help="Correct a finding to what --instead says.")
    ] = None,
    instead: Annotated[str, typer.Option(help="present, absent, a key, a number with unit, or words.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in your words.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Put this in the place of what was decided before.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write each answer as JSON, CSV, PDF and FHIR into this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List what models said of a patient; accept, reject or correct it. All of it is a proposal till then."""
    from medapp.cli import findings as command

    named = (tuple(accept or ()), tuple(reject or ()), tuple(correct or ()))
    command.findings(command.Wish(patient, *named, instead, reason, out, as_json, replace))


@app.command(epilog=STATUS)
def feedback(
    out: Annotated[Path, typer.Option(help="Folder for TASK/examples.csv and feedback.json.")],
    task: Annotated[str, typer.Option(help="Of this task alone.")] = "",
    as_json: Json = False,
) -> None:
    """Write accepted and corrected findings as examples to train on, with pseudonyms for patients."""
    from medapp.cli import findings as command

    command.feedback(out, task, as_json=as_json)


@app.command()
def train(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    task: Task,
    out: Annotated[Path, typer.Option(help="For checkpoints and weights; training goes on from there.")],
    dataset: Dataset = None,
    data: Data = None,
    minutes: Annotated[
        float | None, typer.Option(help="Stop after this long; training goes on from OUT.", min=0)
    ] = None,
    settings: Settings = None,
    device: Device = "auto",
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Train a candidate model."""
    from medapp.cli import learn

    learn.train(
        learn.Lesson(task, learn.one_folder(dataset, data), tuple(settings or ()), device, seed, as_json),
        out,
        minutes,
    )


@app.command()
def evaluate(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    task: Task,
    dataset: Dataset = None,
    data: Data = None,
    weights: Annotated[Path | None, typer.Option(help="A candidate's weights; else the installed.")] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="WEIGHTS", help="Compare with these on the same cases, or 'installed'."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for evaluation.json and evaluation.pdf.")] = None,
    settings: Settings = None,
    device: Device = "auto",
    seed: Seed = 0,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Measure a model on held-back data: figures with intervals, calibration, subgroups, A against B."""
    from medapp.cli import learn

    lesson = learn.Lesson(task, learn.one_folder(dataset, data), tuple(settings or ()), device, seed, as_json)
    learn.evaluate(lesson, learn.Measuring(weights, against, out, force))


@plugins_app.command("list")
def list_plugins(as_json: Json = False) -> None:
    """List plugins, their tasks, and those that cannot be used."""
    from medapp.cli.listing import plugins

    plugins(as_json=as_json)
