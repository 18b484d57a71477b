"""What the language itself gives: short forms, syllables, family names, polite words. Nothing a site would change.

After common usage, as the public 1022 portals and chats with them show it (2018-2026).
"""

import re


def listed(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?"
    r"(?:oai|oay|oao|oeo|uai|uay|uye|uya|uyu|uyn|ieu|yeu|uoi|uou|uou|uay"
    r"|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uy|uu|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
"""One Vietnamese syllable without marks."""

SHORT_FORMS = {
    **dict.fromkeys(("k", "ko", "kg", "hk", "hok", "hông", "hổng", "kh", "khg", "hôg"), "không"),
    **dict.fromkeys(("dc", "đc", "đx", "dx", "đk", "đuoc"), "được"),
    **dict.fromkeys(("sdt", "sđt", "đt", "dt", "dth", "đth"), "điện thoại"),
    **dict.fromkeys(("r", "rùi", "roài", "rui", "ròi", "oy"), "rồi"),
    **dict.fromkeys(("m", "mk", "mik", "mìn", "mìh"), "mình"),
    **dict.fromkeys(("ad", "adm", "add", "admin", "addmin"), "ad"),
    **dict.fromkeys(("ngta", "nta", "ngt"), "người ta"),
    **dict.fromkeys(("vs", "w"), "với"),
    **dict.fromkeys(("z", "zậy", "v", "zị", "zay", "dzậy", "dzay"), "vậy"),
    **dict.fromkeys(("wa", "wá", "qá"), "quá"),
    **dict.fromkeys(("gđ", "gd"), "gia đình"),
    **dict.fromkeys(("uk", "uh", "ukm", "uhm", "um", "uk"), "ừ"),
    **dict.fromkeys(("thui", "thoai", "thoy"), "thôi"),
    **dict.fromkeys(("oke", "oki", "okie", "okay", "okela", "okey", "okê"), "ok"),
    **dict.fromkeys(("pa", "pá"), "phản ánh"),
    **dict.fromkeys(("mn", "mng"), "mọi người"),
    **dict.fromkeys(("hnay", "hn.ay", "hnai"), "hôm nay"),
    **dict.fromkeys(("j", "jì"), "gì"),
    **dict.fromkeys(("bjo", "bjờ", "bh", "bgio"), "bao giờ"),
    **dict.fromkeys(("mún", "mun"), "muốn"),
    "a": "anh",
    "ah": "ạ",
    "ak": "ạ",
    "ạk": "ạ",
    "bit": "biết",
    "bik": "biết",
    "bn": "bạn",
    "c": "chị",
    "cty": "công ty",
    "cx": "cũng",
    "e": "em",
    "đg": "đường",
    "hqua": "hôm qua",
    "hsơ": "hồ sơ",
    "iu": "yêu",
    "ktra": "kiểm tra",
    "lm": "làm",
    "ng": "người",
    "nd": "nội dung",
    "ns": "nói",
    "nv": "nhân viên",
    "p/á": "phản ánh",
    "s": "sao",
    "t": "tôi",
    "tg": "thời gian",
    "thik": "thích",
    "trc": "trước",
    "tv": "tư vấn",
    "xl": "xử lý",
}
"""Short form (with its marks, or folded) to what it stands for."""

FAMILY_NAMES = listed(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh doan trinh truong dao mai lam luong "
    "phung ha cao chau ta thai tang quach kieu to luu tong trieu la vuong diep thach kim danh son giang lo quang y h k "
    "ro ksor nay rcom siu a dam lai nghiem mac kha khong chu ton luc thieu ong hua au tu dieu vi hau ninh bach thuong "
    "dong doi ngac uong thang lieng ma sung vang thao hang cu lau ho hoa nong be than tieu van cung phu banh am khuc "
    "giap ngan cam deo leo tong lu ve hong moc ngan dau thi cil kpa kra yen chuong mang thoi"
)

MIDDLE_NAMES = listed("thi van huu duc dinh ngoc")
"""Middle names that are also everyday words without marks; behind a family name they are names."""

PERSONS = listed(
    "toi tui minh em con chau anh chi co chu bac cau di ong ba t tao to my i min ban me bo cha mom thim duong mo o"
)
"""Words by which people speak of themselves or to others."""

TITLES = listed(
    "ong ba anh chi co chu bac cau di em con chau minh toi tui mo thim duong thay gs pgs ts ths bs ks ls su "
    "mr mrs ms miss dr nv"
)

POLITE = listed(
    "da vang a ah nha nhe nghen hen hi ne oi di giup gium dum ho voi nhen lun luon cam on thanks thank you "
    "please pls ad admin thua ban anh chi em toi minh tui con chau co chu bac ong ba xin cho lam nhen ha nhan nghe "
    "tong dai roi the vay day nay do la thi a"
)
"""Words that may stand around a command or a name without changing it."""

ENGLISH = listed(
    "the is are was i my me you your at and of to in for with please street there have has it this that from not no yes "
    "he she we they want report broken water light road noise name phone address hello live near on been can how what "
    "where new now low town own view law saw show flow flower power week see too soon need feel deep week street tree "
    "trees wrong who when why which while will would window with wow down slow know snow sewer tower blow grow wide"
)
"""English words that tell the language, or look like raw Telex."""
