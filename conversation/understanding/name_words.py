"""The words around a name: what leads to one, titles before it, what ends it, and what is never part of one."""

from conversation.understanding.words import PhraseTable

LEADS = PhraseTable(
    {
        "persian": "نام و نام خانوادگی من, نام و نام خانوادگی, نام من, اسم من, نام, اسم, اسمم, من",
        "label": """
        họ và tên, họ tên, my full name is, full name is, tên người gửi, người gửi, người phản ánh, người báo, người báo tin, full name, name, tên là,
        tên, tên đầy đủ, họ tên đầy đủ, họ và tên đầy đủ, tên thật, ký tên, người viết, người làm đơn, my name is, name is, my name, name's, tên của tôi là, tên
        của em là, tên của mình là, tên đầy đủ là, họ tên là, ht, em tên là, tôi tên là, mình tên là, tui tên là, con
        tên là, cháu tên là, tớ tên là, chị tên là, anh tên là, bác tên là, cô tên là, chú tên là, ông tên là, bà tên
        là, tao tên là, dì tên là, cậu tên là, em tên, tôi tên, mình tên, tui tên, con tên, cháu tên, tớ tên, chị tên,
        anh tên, bác tên, cô tên, chú tên, ông tên, bà tên, tao tên, dì tên, cậu tên, tên em là, tên tôi là, tên mình
        là, tên tui là, tên con là, tên cháu là, tên tớ là, tên chị là, tên anh là, tên bác là, tên cô là, tên chú là,
        tên ông là, tên bà là, tên tao là, tên dì là, tên cậu là, tên em, tên tôi, tên mình, tên tui, tên con, tên cháu,
        họ tên em, họ tên tôi, họ tên mình, họ tên tui, họ tên con, họ tên cháu, họ tên em là, họ tên tôi là, họ tên
        mình là, họ tên tui là, họ tên con là, họ tên cháu là, gọi em là, gọi tôi là, gọi mình là, gọi tui là, gọi con
        là, gọi cháu là, gọi tớ là, gọi chị là, gọi anh là, gọi bác là, gọi cô là, gọi chú là, gọi ông là, gọi bà là,
        gọi tao là, gọi dì là, gọi cậu là, gọi là, xưng là, ghi giùm là, ghi là, cứ ghi là, cứ ghi, bạn ghi, ad ghi, em ghi, anh ghi, chị ghi, ghi giùm, tên thì, ghi giúp là, ghi dùm là
        """,
        "call": """
        gọi mình, gọi em, gọi tôi, gọi tui, gọi anh, gọi chị, gọi cô, gọi chú, gọi bác, gọi cho anh, gọi cho chị, gặp, gặp anh,
        gặp chị, liên hệ, liên hệ anh, liên hệ chị, liên hệ em, liên hệ cô, liên hệ chú, liên hệ bác, lh, contact, ask for
        """,
        "am": """
        em là, tôi là, mình là, tui là, con là, cháu là, tớ là, chị là, anh là, bác là, cô là, chú là, ông là, bà là,
        tao là, dì là, cậu là, i am, i'm, this is, đây là, it's, im
        """,
    }
)
TITLES = PhraseTable(
    {
        "persian": "آقای, خانم, جناب, سرکار خانم, سلام, من",
        "title": """
        ông, bà, anh, chị, cô, chú, bác, cậu, dì, em, con, cháu, mình, tôi, tui, mợ, thím, dượng, thầy, gs, pgs, ts,
        ths, bs, ks, ls, gs ts, mr, mrs, ms, miss, dr, dạ, vâng, thưa, =là, à, =ừ, con tên, dạ thưa, chào, hello,
        hi, ok, =thì, it's, tớ, cứ gọi, gọi, tên, =họ tên, nv, =của
        """,
    }
)
ENDS = PhraseTable(
    {
        "persian": "هستم, است, می باشم, میباشم, شماره, تلفن, موبایل, همراه, کد, ساکن, از, نشانی, آدرس, موضوع, در, و",
        "end": """
        ở, tại, số, sđt, muốn, xin, phản ánh, gọi, cần, gửi, bị, và, với, cccd, thôn, ấp, xã, nhé, nhen, ạ, nha, nhá,
        nghen, rồi, luôn, nè, nghe, không, có, ngụ, liên hệ, zalo, phone, my, and, live, at, from, address, tel, number,
        cho, hỏi, được, để, của, báo, đang, hiện, là, thì, sinh năm, sn, địa chỉ, đ/c, nhà, điện thoại, i, am, trên,
        dưới, trong, ngoài, giùm, dùm, đây, này, hen, hí, á, đó, ơi, cháu nhé, con nhé, kính, gấp, mà, nhưng, vì, hôm,
        sáng nay, chiều, tối qua, thay mặt, đại diện, cư dân, người dân, khu phố, tổ trưởng, hộ, đường, hẻm, ngõ, kiệt,
        phường, quận, huyện, tỉnh, cám ơn, cảm ơn, thank, want, would, please, living, đt, mobile, lh, năm nay, tuổi,
        con bác, con ông, con bà, con cô, con chú, con của, vợ, chồng, here, speaking, nhe, bạn, ad, vậy, =đi, bữa, hay,
        kêu, thấy, đã, chưa, hơn, nói, không phải, chứ
        """,
    }
)
NEVER = PhraseTable(
    {
        "persian": "نمی خواهم, نمیخواهم, نمی گویم, ناشناس, چرا, برای چه, نه, خیر, بله, خراب, قطع, مشکل, درخواست, شکایت",
        "never": """
        =trường, công ty, cơ sở, mầm non, hả, hở, thật, nick, hay, trai, vietnamese, american, english, french, korean, japanese, chinese, expat, chủ, =quán, nạn nhân, phụ huynh,
        thương binh, =trưởng, =phó, giám đốc, kế toán, lái xe, nông dân, tiểu thương, du khách, người mua, thành viên, đại diện,
        không, đâu, nói, biết, lộ, javascript, script, alert, http, https, null, root, admin, =làm, gì, hỏi, sao,
        cần, để, ai, này, thế, được, bị, có, hư, ngập, rác, =đèn, =nước, =nhà, =sửa, =giúp, =đợi, =chờ, giùm, dùm,
        please, wait, báo, phản ánh, muốn, xin, gửi, gọi, cho, của, và, với, tại, ở, rồi, chưa, =đang, sẽ, nhưng,
        nên, khi, lúc, tôi, người, giấu, ẩn danh, họ tên, tên, cái, chuyện, việc, xe, cống, mất, cúp, điện thoại,
        tiếng, ồn, đường, phường, quận, huyện, xã, tỉnh, hẻm, cư dân, công nhân, sinh         viên, khách hàng, tài
        xế, hàng xóm, giáo viên, cán bộ, tổ trưởng, chủ nhà, bảo vệ, học sinh, bác sĩ, đại lý, nhân viên, một, vậy,
        ạ, sđt, số, update, select, drop, the, is, my, name, what, why, who, how, no, not, none, anonymous, secret,
        test, abc, asdf, qwerty, hihi, haha, kkk, xin chào, chào, alo, cảm ơn, ok, yes, đúng, sai, phiền, chi vậy,
        thôi, bỏ, dạ, vâng, đi, lại, mới, cũ, khỏi, miễn, bí mật, tự, xem, coi, tra cứu, hello, hi, người dân, dân,
        tao, mày, tui, bạn, kêu, ghi, nữa, đó, nhập, thấy, chỗ, đây, kia, sợ, ngại, trả thù, a lô, chán, vì, thì,
        là, trả lời, nhanh, lắm, quá, haiz, hic, huhu, hix, hmm, ờ, ủa, resident, tourist, foreigner, student, living, from, here, report, want, street, ward
        """,
    }
)
HOMES = PhraseTable(
    {
        "home": """
        xóm, ấp, ở, tổ, khu, thôn, con, vợ, chồng, cháu, nhà số, buôn, làng, với, và
        """
    }
)
PLACES = PhraseTable(
    {
        "place": """
        ở, ngụ, tại, hẻm, ngõ, kiệt, đường, số, số nhà, nhà, tổ, ấp, thôn, xóm, khu phố, kp, phường, xã, buôn, làng, bản,
        chung cư, khóm, sống ở, nhà ở, hiện ở, đây
        """
    }
)
RELATIVES = PhraseTable(
    {"who": "mẹ, má, ba, bố, cha, vợ, chồng, con, anh, chị, ông, nội, ngoại, bạn, xóm, chú, gái, trai"}
)
