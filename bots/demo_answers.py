"""What a demonstration starts with: a few ready answers for its operators, in the language of the site."""

from datetime import datetime

from ticket_store.unit_of_work import Work

_ANSWERS = {
    "vi": {
        "chao": "Dạ chào anh/chị {name}, em là {operator}, tổng đài viên. Em có thể giúp gì ạ?",
        "cho": "Anh/chị chờ em kiểm tra ít phút rồi trả lời ngay ạ.",
        "them": "Anh/chị cho em xin thêm ảnh và thời điểm xảy ra để chuyển đúng đơn vị ạ.",
        "ma": 'Mã phản ánh của anh/chị là {code}. Anh/chị gõ "tra cứu" bất cứ lúc nào để xem tiến độ ạ.',
        "camon": "Cảm ơn anh/chị đã phản ánh. Cần gì thêm anh/chị cứ nhắn lại ạ.",
    },
    "en": {
        "hello": "Hello {name}, this is {operator} of the hotline. How can I help?",
        "wait": "One moment please, I am looking it up.",
        "more": "Could you send a photo and tell when it happened, so that it reaches the right office?",
        "code": "Your report number is {code}. You can ask for its progress here at any time.",
    },
}


def seed_answers(work: Work, language: str, at: datetime) -> None:
    """There are ready answers; those that somebody made stay as they are."""
    if not work.ready_answers.in_use():
        for shortcut, text in _ANSWERS.get(language, _ANSWERS["en"]).items():
            work.ready_answers.put(shortcut, text, "demo", at)
