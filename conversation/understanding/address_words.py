"""The words by which addresses are known, and those that end them."""

from conversation.understanding.words import PhraseTable

CUES = PhraseTable(
    {
        "persian": "خیابان, خ, کوچه, پلاک, بلوار, میدان, شهرک, محله, روستا, روستای, بزرگراه, چهارراه, استان, شهر, اتوبان, جاده",
        "strong": """
        số nhà, khu phố, tổ dân phố, quốc lộ, tỉnh lộ, hương lộ, đại lộ, chung cư, khu đô thị, khu dân cư, căn hộ, khu
        công nghiệp, ngã tư, ngã ba, ngã năm, ngã sáu, ngã bảy, vòng xoay, bùng binh, bến xe, khu tái định cư, khu tập
        thể, cư xá, cao tốc, thôn, ấp, xóm, hẻm, hẽm, ngõ, ngách, kiệt, buôn, khóm, đường, phố, kp, tdp, sn, ql, tl, hl,
        kdc, kđt, kcn, cc, phum, plei, bon, đg, nguyễn, tổ dp, khối phố, đl, number, no, alley, lane, apartment, flat,
        hamlet, corner of, xuyệc, dốc, ngỏ, cầu vượt, hầm chui
        """,
        "weak": """
        tổ, khu, lô, cầu, chợ, tòa, block, km, số, trường, chùa, đình, dãy, cống, bờ kè, kênh, rạch, khối, bản, làng,
        sóc, đội, căn, phòng, cụm, bệnh viện, công viên, trạm y tế, nhà thờ, siêu thị, nhà, trường tiểu học, trường cấp, trường mầm
        non, trường thcs, trường thpt, ubnd, nhà văn hóa, sân vận động, bến phà, ga, cảng, nhà máy, cổng, đồi, đèo, hồ,
        đập, sông, suối, cột điện số, trụ điện số, room, house, building, q, kdt, trại, bãi biển, quán, nhà nghỉ, khách
        sạn, đ, dg, cây xăng, vinhomes, vincom, the, bưu điện, ngân hàng
        """,
    }
)
NEAR = PhraseTable(
    {
        "near": """
        gần, đối diện, cạnh, bên cạnh, kế bên, trước, sau, sau lưng, ngay, đầu, cuối, góc, giữa, trước cổng, bên hông,
        đoạn, near, opposite, next to, in front of, behind, đoạn gần, ngay trước, ngay gần, đoạn qua, chân,
        dưới chân, ngoài, giao, giao với, giao lộ, khu vực
        """
    }
)
LEADS = PhraseTable(
    {
        "label": """
        نشانی, آدرس, نشانی محل, نشانی من, آدرس من,
        địa chỉ, đ/c, nơi ở, chỗ ở, nơi xảy ra, địa điểm, address, vị trí, location, nơi xảy
        ra sự việc, hiện trường, địa chỉ là, địa chỉ nhà, địa chỉ ở, địa chỉ em ở, địa chỉ tôi ở, khu vực ở
        """,
        "scene": """
        ở, tại, sự việc ở, xảy ra ở, xảy ra tại, hiện trường ở, in, at, on, sự việc tại, chỗ, trên, vụ việc ở, vụ việc
        tại
        """,
        "home": """
        tôi ở, em ở, mình ở, tui ở, con ở, nhà ở, nhà tôi ở, nhà em ở, thường trú, ngụ, ngụ tại, hiện ở, sống ở, live
        in, live at, tạm trú, nhà mình ở, bác ở, cô ở, chú ở, anh ở, chị ở, cháu ở, living at, trú tại, sinh sống tại,
        cư trú tại, hiện sống tại, living in, i live on
        """,
    }
)
STOPS = PhraseTable(
    {
        "stop": """
        خراب, قطع, شده, است, دارد, ندارد, نیست, هستم, شماره, تلفن, موبایل, موضوع, نام, لطفا, برق, آب, گاز, زباله, از, را, ما, من,
        bị, đang, có, không, hư, ngập, là, thì, cũng, đều, cả, toàn, đã, rồi, xin, nhờ, =báo, mất, cúp, gây, tràn, nhiều, hôm, mấy, cho, hỏi,
        mà, nên, vì, =đổ, =sập, bốc, =nước, được, làm, để, ai, gì, sao, suốt, khi, từ, đến, lúc, đèn, rác, xe, cây,
        người, ngày, đêm, tối, sáng nay, chiều, thấy, hàng xóm, karaoke, xây, đề nghị, yêu cầu, phản ánh, mong, cần,
        muốn, chó, kẹt, ồn, mùi, hố ga, ổ gà, tuần, tháng nay, lấn chiếm, is, are, has, have, there, was, keeps, keep,
        people, full, nứt, vỡ, bể, rò rỉ, chảy, cháy, nhé, nha, ạ, ạk, nghen, toàn, cứ, hay, luôn, =dây, =dột, điện,
        =nuoc, mat, bi, ngap, hu, do, be, tối thui, tối om, thường xuyên, vẫn, chưa, ko, liên tục, xuống cấp, sụt lún,
        lún, hỏng, bốc mùi, hôi, xả, quá, tụ tập, mở, hát, đậu, đỗ, buôn bán, bán, thi công, đào, đốt, chặt, trộm, cướp,
        gọi, sdt, tên, em, tôi, mình, nhưng, với lại, và, cháu, con, bà, ông, này, đó, kia, nay, gặp, khói, bụi, khu này
        """
    }
)
REFUSALS = PhraseTable(
    {
        "no": """
        chi, không biết, không nhớ, không rõ, không nói, không cho, để mai, để làm gì, làm gì, hỏi làm, tại sao, khỏi,
        không tiện, không muốn, bí mật, sao phải, chi vậy, chưa biết, không ghi, miễn, don t know, why, để coi, để xem,
        ko can, không cần, bao giờ, bao lâu, mấy giờ, mấy ngày, chờ chút, đợi chút, chờ tí, đợi tí, lát nữa, sợ, secret, ngại, gửi sau, nói sau, để sau, nhắn sau, ghi sau, báo sau
        """
    }
)
