"""`tongdai`, also `python -m bots`. Exit status: 0 done, 1 it failed, 2 wrong use or settings."""

import sys
from collections.abc import Sequence

from adapters.errors import AdapterError
from bots.errors import BadSettings, BotsError, WrongUse
from conversation.errors import BadProfile

_SERVE = ["serve"]


def run(arguments: Sequence[str]) -> int:
    """Runs one command; the exit status."""
    from ticket_store.errors import StoreError

    try:
        if list(arguments) == _SERVE:  # it runs for months, without the command line's library: 4 MB (cyclopts 4, 2026)
            from bots.commands import serving

            serving.serve(delivery=True)
        else:
            from bots import command_line

            command_line.run(arguments)
    except (WrongUse, BadSettings, BadProfile) as error:
        sys.stderr.write(f"tongdai: {error}\n")
        return 2
    except (BotsError, AdapterError, StoreError) as error:
        sys.stderr.write(f"tongdai: {error}\n")
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, as `head` does
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
