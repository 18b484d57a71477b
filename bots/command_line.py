"""The commands of `tongdai`, their options and their help."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from bots.errors import WrongUse

AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]
Role = Literal["operator", "supervisor", "admin", "department"]

app = App(
    name="tongdai", help="A chat gateway for citizen hotlines: Zalo OA, Viber, Messenger, Telegram.", version="0.1.0"
)
tickets = app.command(App(name="tickets", help="What citizens reported."))
tokens = app.command(App(name="tokens", help="Keys to the API."))
operators = app.command(App(name="operators", help="People of the console."))
broadcasts = app.command(App(name="broadcasts", help="Announcements to many people."))
database = app.command(App(name="db", help="The database's tables and copies."))


@app.command
def demo(*, port: int | None = None, people: Annotated[int, Parameter(negative="")] = 0) -> None:
    """Run the gateway with four simulated platforms; open the address it prints.

    Args:
        port: Where to listen; 0 picks a free port. Default: PORT, else 8080.
        people: How many scripted citizens chat meanwhile.
    """
    from bots.commands import serving

    serving.demo(port=port, people=people)


@app.command
def serve(*, no_delivery: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Run the gateway for the real platforms, by the settings.

    Args:
        no_delivery: Take messages in, send nothing: another process does.
    """
    from bots.commands import serving

    serving.serve(delivery=not no_delivery)


@app.command
def doctor(*, json: AsJson = False) -> None:
    """Check settings, database, credentials, webhooks and tokens."""
    from bots.commands import checking

    checking.doctor(as_json=json)


@app.command
def register(*accounts: str) -> None:
    """Tell the platforms our webhook address, menus and greeting; all accounts, or those named."""
    from bots.commands import checking

    checking.register_accounts(accounts)


@app.command
def understand() -> None:
    """Read messages as JSON lines from standard input, print what was understood of each."""
    from bots.commands import understand as reading

    reading.understand()


@app.command
def replay(
    identifier: str | None = None, *, every: Annotated[bool, Parameter(name="--all", negative="")] = False
) -> None:
    """Apply quarantined webhooks again, after a fix: the one named, or all."""
    from bots.commands import replaying

    replaying.replay(identifier, every=every)


@tickets.command(name="list")
def list_tickets(*, json: AsJson = False) -> None:
    """List all tickets, oldest first."""
    from bots.commands import tickets as command

    command.list_all(as_json=json)


@tickets.command(name="show")
def show_ticket(code: str, *, json: AsJson = False) -> None:
    """Show one ticket."""
    from bots.commands import tickets as command

    command.show(code, as_json=json)


@tickets.command(name="export")
def export_tickets(*, json: AsJson = False, csv: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Print all tickets as JSON lines or CSV."""
    from bots.commands import tickets as command

    command.export(as_csv=csv and not json)


@tokens.command(name="add")
def add_token(name: str, *, role: Role, department: str | None = None) -> None:
    """Make a token and print it once.

    Args:
        name: Whoever uses it; free.
        role: What it may do.
        department: Of the role department, the code whose tickets it sees. Default: its own name.
    """
    from bots.commands import tokens as command

    command.add(name, role, department)


@tokens.command(name="list")
def list_tokens(*, json: AsJson = False) -> None:
    """List all tokens; the tokens themselves are not kept."""
    from bots.commands import tokens as command

    command.list_all(as_json=json)


@tokens.command(name="revoke")
def revoke_token(name: str) -> None:
    """Make a token worthless."""
    from bots.commands import tokens as command

    command.revoke(name)


@operators.command(name="add")
def add_operator(name: str, *, role: Role, department: str | None = None) -> None:
    """Let somebody log in to the console; the password comes from standard input.

    Args:
        name: What they type to log in, and what colleagues see.
        role: What they may do.
        department: Of the role department, the code whose tickets they see.
    """
    from bots.commands import operators as command

    command.add(name, role, department)


@operators.command(name="list")
def list_operators(*, json: AsJson = False) -> None:
    """List the people of the console."""
    from bots.commands import operators as command

    command.list_all(as_json=json)


@operators.command(name="disable")
def disable_operator(name: str) -> None:
    """Lock somebody out, at once."""
    from bots.commands import operators as command

    command.disable(name)


@operators.command(name="reset")
def reset_operator(name: str) -> None:
    """Give somebody a new password, from standard input; their second factor is set up anew."""
    from bots.commands import operators as command

    command.reset(name)


@app.command
def erase(
    *,
    contact: str | None = None,
    phone: str | None = None,
    account: str | None = None,
    tickets: Annotated[bool, Parameter(negative="")] = False,
    json: AsJson = False,
) -> None:
    """Erase what is kept of a person.

    Args:
        contact: The platform's user id.
        phone: In any spelling; looked up in tickets and chats.
        account: Only their chat with this account of ours.
        tickets: Their tickets too. Without it these are kept, as records of the authority.
        json: Print JSON.
    """
    from bots.commands import erasing as command

    command.erase(contact, account, phone, tickets=tickets, as_json=json)


@app.command
def purge(*, json: AsJson = False) -> None:
    """Erase what is older than the site's retention; run it once a day."""
    from bots.commands import erasing as command

    command.purge(as_json=json)


@database.command(name="upgrade")
def upgrade_database() -> None:
    """Bring the tables to this version."""
    from bots.commands import database as command

    command.upgrade()


@database.command(name="check")
def check_database() -> None:
    """Fail when the tables are not those of this version."""
    from bots.commands import database as command

    command.check()


@database.command(name="rekey")
def rekey_database(*, json: AsJson = False) -> None:
    """Seal everything with SECRET_KEY, so that the keys of SECRET_KEY_OLD may be dropped; the gateway may run meanwhile."""
    from bots.commands import database as command

    command.rekey(as_json=json)


@database.command(name="backup")
def back_up_database(file: Path) -> None:
    """Copy the database into a new file while the gateway runs."""
    from bots.commands import database as command

    command.backup(file)


@broadcasts.command(name="list")
def list_broadcasts(*, json: AsJson = False) -> None:
    """List all announcements, newest first."""
    from bots.commands import broadcasts as command

    command.list_all(as_json=json)


@broadcasts.command(name="show")
def show_broadcast(
    identifier: str,
    *,
    json: AsJson = False,
    watch: Annotated[bool, Parameter(negative="")] = False,
    csv: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show one announcement; with --watch how it goes on, until it ends; with --csv how many people stand where."""
    from bots.commands import broadcasts as command

    if csv:
        command.show_csv(identifier)
    else:
        command.show(identifier, as_json=json, watch=watch)


@broadcasts.command(name="pause")
def pause_broadcast(identifier: str, *, json: AsJson = False) -> None:
    """Nobody gets it until it is resumed."""
    from bots.commands import broadcasts as command

    command.pause(identifier, as_json=json)


@broadcasts.command(name="resume")
def resume_broadcast(identifier: str, *, json: AsJson = False) -> None:
    """It goes on where it was paused or stopped."""
    from bots.commands import broadcasts as command

    command.resume(identifier, as_json=json)


@broadcasts.command(name="cancel")
def cancel_broadcast(identifier: str, *, json: AsJson = False) -> None:
    """Nobody else gets it, for good."""
    from bots.commands import broadcasts as command

    command.cancel(identifier, as_json=json)


def run(arguments: Sequence[str]) -> None:
    """Runs one command. Raises `WrongUse` for what there is not, and what the command raises."""
    try:
        app(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        raise WrongUse(str(error)) from None
