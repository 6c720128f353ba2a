"""Commands over files of directives: run and show."""

from pathlib import Path

import click

from pipeline.cli.command import Exit, command, fail, print_json, print_rich, progress, talk
from pipeline.messages import printable, say


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    paths = click.Argument(["paths"], nargs=-1, required=True, type=click.Path(path_type=Path), metavar=say("cli.arg-paths"))
    file = click.Argument(["file"], type=click.Path(path_type=Path), metavar=say("cli.arg-file"))
    out = click.Option(
        ["-o", "--out"], required=True, type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-out")
    )
    secret = click.Option(["--allow-secret"], is_flag=True, help=say("cli.opt-allow-secret"))
    pages = click.Option(
        ["--page-images"], type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-page-images")
    )
    places = click.Option(["--pages"], is_flag=True, help=say("cli.opt-pages"))
    return [command("run", _run, paths, out, places, secret), command("show", _show, file, pages, secret)]


def _run(paths: tuple[Path, ...], out: Path, pages: bool, allow_secret: bool, as_json: bool, quiet: bool) -> int:
    with progress(quiet) as on_progress:
        from pipeline.run import run

        report = run(paths, out, on_progress, allow_secret=allow_secret, pages=pages)
    from pipeline.cli.report import print_report, run_record

    if as_json:
        print_json(run_record(report))
    elif not quiet and not report.nothing_to_do:
        print_rich(lambda console: print_report(report, console))
    if report.skipped and not quiet:
        from pipeline.run import count_kinds

        talk(say("run.skipped", count=sum(report.skipped.values()), kinds=count_kinds(report.skipped)))
    if report.failed:
        talk(say("table.faults", count=len(report.failed)))
    for document in report.failed:
        talk(f"- {document.message}")
    if report.nothing_to_do:
        return Exit.NOTHING_TO_DO
    return Exit.SOME_FAILED if report.failed else Exit.DONE


def _show(file: Path, page_images: Path | None, allow_secret: bool, as_json: bool, quiet: bool) -> int:
    from pipeline.rulebook import rulebook
    from pipeline.run import process
    from pipeline.show import show

    result = process(file, rulebook(), allow_secret=allow_secret)
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        print_rich(lambda console: show(result, console))
    if result.status == "failed":
        return fail(Exit.SOME_FAILED, f"{printable(file)}: {result.findings[0].message}")
    if page_images:
        from pipeline.page_images import draw_pages

        pictures, missing = draw_pages(file, result, page_images)
        if not quiet:
            for picture in pictures:
                talk(printable(picture))
        if missing:
            talk(say("cli.page-images-missing", numbers=", ".join(map(str, missing))))
    return Exit.DONE
