"""Jobs: the scans that run or ended lately."""

from typing import Final

import click

from sheetfed.bus.contract import JOB, ROOT
from sheetfed.cli import complete, show
from sheetfed.cli.follow import CANCEL_DEADLINE_S
from sheetfed.cli.remote import Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl jobs
  sudo sheetctl jobs --everybody
  sheetctl jobs cancel JOB
  sheetctl jobs resume JOB      after the jam is cleared
"""


@click.group(epilog=EPILOG, invoke_without_command=True)
@click.option("--everybody", is_flag=True, help="All users' jobs (administrators).")
@click.pass_context
def jobs(context: click.Context, everybody: bool) -> None:
    """List your jobs, or cancel, resume or finish one."""
    if context.invoked_subcommand is None:
        session: Session = context.obj
        session.run(_list(session, everybody))


def _command(name: str, member: str, meaning: str) -> None:
    @jobs.command(name, help=meaning, epilog=f"\b\nExample:\n  sheetctl jobs {name} JOB\n")
    @click.argument("job", shell_complete=complete.jobs)
    @click.pass_obj
    def answer(session: Session, job: str) -> None:
        session.run(_answer(session, job, member))


_command("cancel", "Cancel", "End a job; pages read before are kept.")
_command("resume", "Resume", "Go on with a paused job.")
_command("finish", "Finish", "End a paused job with the pages it has.")


async def _list(session: Session, everybody: bool) -> None:
    async with Remote.on(session.bus) as remote:
        if everybody:
            await remote.administer("Administer")
        found = await remote.managed(JOB)
    if session.is_json:
        show.as_json([show.thing(path, job) for path, job in found.items()])
        return
    show.table(
        ["JOB", "STARTED", "STATE", "PAGES", "DOCUMENT", "MESSAGE"],
        [
            [
                identity(path),
                show.when(job["Created"]),
                job["State"],
                job["Pages"],
                identity(job["Document"]),
                job["Message"],
            ]
            for path, job in sorted(found.items(), key=lambda item: item[1]["Created"])
        ],
    )


async def _answer(session: Session, job: str, member: str) -> None:
    async with Remote.on(session.bus) as remote:
        await remote.call(
            member, path=f"{ROOT}/job/{job}", interface=JOB, timeout_s=CANCEL_DEADLINE_S
        )
