"""What the scripted citizens have to report: invented people, true kinds of trouble, written the way people write."""

import random
import unicodedata
from dataclasses import dataclass

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLES = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Quốc", "Thu", "Đức", "Kim", "Hữu")
_GIVEN = ("Hoa", "Nam", "Anh", "Hà", "Bảo", "Lan", "Tâm", "Yến", "Kiên", "Linh", "Phúc", "Oanh", "Long", "Trang", "Sơn")
_PLACES = (
    "12 Lê Lợi, phường Bến Thành, TP.HCM",
    "27 Hoàng Văn Thụ, phường Tân Sơn Hòa, TP.HCM",
    "158 Nguyễn Thị Minh Khai, phường Xuân Hòa, TP.HCM",
    "45/7 Phan Văn Trị, phường An Nhơn, TP.HCM",
    "310 Võ Văn Ngân, phường Thủ Đức, TP.HCM",
    "86 Nguyễn Trãi, phường Chợ Quán, TP.HCM",
)
_MATTERS = (
    "Đèn đường trước nhà hỏng ba ngày nay, tối om, trẻ con đi học về rất nguy hiểm",
    "Rác không ai thu gom từ thứ hai, mùi hôi cả hẻm",
    "Ổ gà to giữa đường, tối qua có người ngã xe",
    "Cống nghẹt, mưa là ngập tới đầu gối từ tuần trước",
    "Quán karaoke mở nhạc lớn sau 23 giờ, cả xóm không ngủ được",
    "Vỉa hè bị chiếm làm bãi giữ xe, người đi bộ phải xuống lòng đường",
    "Nước máy đục và có mùi từ hôm qua",
    "Cây xanh trước cổng trường nghiêng, sợ đổ khi mưa gió",
)
STYLES = ("one_by_one", "all_in_one", "without_marks", "request_first", "with_photo")


@dataclass(frozen=True, slots=True)
class Report:
    style: str
    name: str
    phone: str
    place: str
    matter: str

    def whole(self) -> str:
        return f"Tôi là {self.name}, số {self.phone}, ở {self.place}. {self.matter}."

    def spoken(self, text: str) -> str:
        """As this citizen types it."""
        return without_marks(text) if self.style == "without_marks" else text


def reports(count: int, seed: int) -> list[Report]:
    """`count` reports, all styles in turn; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - invented people, not secrets
    found = []
    for index in range(count):
        name = f"{dice.choice(_FAMILIES)} {dice.choice(_MIDDLES)} {dice.choice(_GIVEN)}"
        phone = f"0900 {dice.randrange(1000):03} {dice.randrange(1000):03}"
        style = STYLES[index % len(STYLES)]
        found.append(Report(style, name, phone, dice.choice(_PLACES), dice.choice(_MATTERS)))
    return found


def without_marks(text: str) -> str:
    """Vietnamese as people type it without accents."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
