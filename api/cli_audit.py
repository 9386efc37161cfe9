"""`waitline audit`: check what must never change, here or anywhere."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from engine.settings import Settings

if TYPE_CHECKING:
    from engine.proofs.checking import Checked

err = Console(stderr=True, highlight=False)
audit = typer.Typer(help="Check what must never change.", no_args_is_help=True)
_WITHOUT_HISTORY: Mapping[str, str] = {
    "gone": "Temporal had kept its history no longer",
    "unreachable": "Temporal did not answer when the proof was made",
    "destroyed": "the person was erased, and her history with her",
}


@audit.command()
def verify() -> None:
    """Walk the hash chains of the send ledger; ends with 1 when any row was changed, taken out or slipped in."""
    from api.serve import verify_ledger

    found = asyncio.run(verify_ledger(Settings()))
    for finding in found.findings:
        err.print(str(finding), style="bold red")
    typer.echo(f"{found.rows} rows in {found.chains} chains and {found.renderings} renderings were checked.")
    if found.findings:
        raise typer.Exit(1)
    typer.echo("Every one of them is as it was written.")


@audit.command()
def replay(
    enrollment: Annotated[str, typer.Argument(help="The enrollment's id (enr_…), from its page or the timeline.")],
    export: Annotated[Path | None, typer.Option(help="Write the stored workflow histories to this JSON file.")] = None,
) -> None:
    """Decide an enrollment again from what was recorded, and compare; ends with 1 when anything comes out otherwise."""
    import json

    from api.serve import replay_enrollment
    from engine.store.errors import StoreError

    try:
        found = asyncio.run(replay_enrollment(Settings(), enrollment))
    except (StoreError, RuntimeError) as problem:  # the client raises RuntimeError where nothing answers
        err.print(f"{problem} Check the id, and WAITLINE_TEMPORAL_ADDRESS.", style="bold red")
        raise typer.Exit(2) from None
    if export is not None:
        export.write_text(json.dumps({"enrollment": enrollment, "histories": found.histories}, indent=1) + "\n")
        typer.echo(f"The stored history is in {export}.")
    for finding in (*([found.fault] if found.fault else []), *found.differences):
        err.print(finding, style="bold red")
    typer.echo(f"{found.steps} steps in {found.runs} runs were decided again.")
    if found.forgotten:
        typer.echo(f"{found.forgotten} steps stand in runs that Temporal no longer keeps; they were left out.")
    if not found.is_same:
        raise typer.Exit(1)
    typer.echo("Every one of them comes out as it was recorded.")


@audit.command("export")
def export_proof(
    enrollment: Annotated[str, typer.Argument(help="The enrollment's id (enr_…), from its page or the timeline.")],
    output: Annotated[Path, typer.Option(help="The JSON file that is written.")],
) -> None:
    """Write a signed proof of an enrollment: its trail, ledger rows, messages and histories, and what it walked."""
    import json

    from api.serve import prove_enrollment
    from engine.store.errors import StoreError

    try:
        proof = asyncio.run(prove_enrollment(Settings(), enrollment, datetime.now(UTC)))
    except StoreError as problem:
        err.print(str(problem), style="bold red", markup=False)
        raise typer.Exit(2) from None
    output.write_text(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"The proof is in {output}, signed by {proof['manifest']['key']['x']}.")
    state = proof["histories"]["state"]
    if state in _WITHOUT_HISTORY:
        typer.echo(f"It holds no workflow history: {_WITHOUT_HISTORY[state]}.")


@audit.command("check")
def check_proof(
    file: Annotated[Path, typer.Argument(help="The proof, as `waitline audit export` or the page wrote it.")],
    key: Annotated[str | None, typer.Option(help="The public key that must have signed it.")] = None,
) -> None:
    """Check a proof, without database or server; ends with 1 when anything is not as it was, 2 when it is no proof."""
    from engine.proofs.bundle import UnreadableProof
    from engine.proofs.checking import check

    try:
        checked = check(file.read_bytes(), key)
    except (OSError, UnreadableProof) as problem:
        err.print(f"{file} cannot be read. {problem}", style="bold red", markup=False)
        raise typer.Exit(2) from None
    _decide_again(checked)
    _tell(checked, is_key_given=key is not None)
    for fault in checked.faults:
        err.print(fault, style="bold red", markup=False)
    if checked.faults:
        raise typer.Exit(1)
    typer.echo("Every one of them is as it was signed.")


@audit.command("key")
def show_key() -> None:
    """Print the public key by which proofs of this installation are known; below it, those of earlier secrets."""
    from api.proving import signing_keys
    from api.standalone.home import with_kept_secrets
    from engine.proofs.signing import public_key

    for one in signing_keys(with_kept_secrets(Settings())):
        typer.echo(public_key(one))


def _tell(checked: "Checked", *, is_key_given: bool) -> None:
    manifest, contents = checked.manifest, checked.contents
    if contents is not None:
        walked = contents.enrollment
        about = f"{walked.id} in “{walked.journey}”, version {walked.version}"
        typer.echo(f"A proof of {about}, made at {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    typer.echo("Checked were:")
    for sentence in checked.done:
        typer.echo(f"- {sentence}")
    for sentence in checked.notes:
        typer.echo(sentence)
    if not is_key_given:
        typer.echo(
            f"The key was taken from the file: {manifest.key.x}. Whoever made the file can have chosen it; compare it "
            "with what `waitline audit key` prints where it comes from, or give that one with --key."
        )


def _decide_again(checked: "Checked") -> None:
    """Where the proof is whole and holds its histories: run them through the versions that it holds."""
    contents = checked.contents
    if contents is None or checked.faults:
        checked.notes.append("It was not decided again, because it is not as it was signed.")
        return
    if contents.histories.state in _WITHOUT_HISTORY:
        why = _WITHOUT_HISTORY[contents.histories.state]
        checked.notes.append(f"Its steps were followed, but not decided again: {why}.")
        return
    from google.protobuf.json_format import ParseError

    from workflows.plugins import load_plugins
    from workflows.replaying import replay_opened

    runs, own = contents.histories.runs, load_plugins(Settings()).workflows
    needed = {one.document.settings.workflow for one in checked.versions.values()} - {None, *own}
    if needed:
        names = ", ".join(sorted(map(str, needed)))
        checked.notes.append(f"Its steps were followed, but not decided again: the workflow {names} is not here.")
        return
    replayed = replay_opened(contents.enrollment.id, contents.trail, runs, checked.versions, own=own.values())
    try:
        found = asyncio.run(replayed)
    except (ParseError, LookupError, TypeError, ValueError) as broken:
        checked.faults.append(f"The histories: they cannot be read: {broken}.")
        return
    findings = (*([found.fault] if found.fault else []), *found.differences)
    checked.faults += [f"Decided again: {finding}." for finding in findings]
    if found.forgotten:
        checked.notes.append(
            f"{found.forgotten} steps stand in runs that Temporal no longer kept; they were not decided again."
        )
    checked.done.append(f"{found.steps} steps, decided again from the histories; runs of the workflow: {found.runs}")
