"""Which wards, districts and provinces a message names; the gazetteer knows them, this knows how they are typed."""

from conversation.gazetteer.matching import Match, clusters
from conversation.gazetteer.mentions import Mention, Words
from conversation.understanding.cuts import Cuts, Part
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.places import spelled_so


def units(cuts: Cuts, lexicon: Lexicon) -> list[Match]:
    """The units named, left to right, resolved. Words that say a unit with its kind are spoken for."""
    words = Words([word.key for word in cuts.said.words], cuts.breaks)
    found: list[Match] = []
    past = 0
    mentions = lexicon.finder.mentions(words)
    for cluster in clusters([each for each in mentions if each.kind or spelled_so(cuts, each, lexicon)]):
        if all(cuts.free(at) for at in range(cluster[0].first, cluster[-1].last)):
            found.append(_resolved(words, cluster, past, lexicon))
            for mention in cluster:
                cuts.begins[mention.first + 1 : mention.last] = [False] * (mention.last - mention.first - 1)
            if any(mention.kind for mention in cluster):
                cuts.take(found[-1].first, cluster[-1].last, Part.PLACE)
        past = cluster[-1].last
    return found


def _resolved(words: Words, cluster: tuple[Mention, ...], least: int, lexicon: Lexicon) -> Match:
    """The cluster resolved, with a ward named before it without its kind, if that ward lies where the cluster says."""
    match = lexicon.matcher.resolve(cluster)
    bare = lexicon.finder.ward_before(words, cluster[0].first, least) if match.ward is None else None
    if bare is not None:
        fuller = lexicon.matcher.resolve((bare, *cluster))
        if fuller.candidates and fuller.candidates[0].ward is not None:
            return fuller
    return match
