"""What the platforms' own menus show before anybody has written: a greeting and the few things one can ask for."""

from conversation.asking import menu_choices
from conversation.messages import Choice
from conversation.profile import Profile
from conversation.topics import list_button
from conversation.wording import Wording


def platform_menu(site: Profile) -> tuple[str, tuple[Choice, ...]]:
    """The greeting and the entries, in the site's first language. A press on an entry comes back as its code."""
    words = Wording(site, site.languages[0])
    topics = (list_button(words),) if site.announcements.topics else ()
    return words.greeting(), (*menu_choices(words), *topics)
