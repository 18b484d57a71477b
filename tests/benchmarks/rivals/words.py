"""What the rivals say, and their ticket codes: the same dialogue as the gateway's, in fewer words."""

import secrets

ANSWERS = (
    "Xin chào! Đây là tổng đài 1022. Xin cho biết họ và tên.",
    "Cảm ơn. Xin cho biết số điện thoại.",
    "Xin cho biết địa chỉ nơi xảy ra sự việc.",
    "Xin mô tả nội dung phản ánh.",
    "Xin kiểm tra lại:{draft}\nGửi phản ánh này? (đúng/sai)",
    "Cảm ơn. Mã phản ánh của bạn là {code}.",
)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


_GIVEN: set[str] = set()


def new_code() -> str:
    """A code that this process has not given yet: among a few thousand of 24 million two would be the same."""
    while True:
        code = "1022-261121-" + "".join(secrets.choice(_LETTERS) for _ in range(5))
        if code not in _GIVEN:
            _GIVEN.add(code)
            return code
