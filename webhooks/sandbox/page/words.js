// The page's own words in both languages. What the phones say comes from the gateway.

const WORDS = {
  vi: {
    skip: 'Tới các điện thoại', tagline: 'Bốn điện thoại mô phỏng. Hãy nhắn tin như một người dân và nhận mã phản ánh.',
    links: 'Đăng nhập bàn điều hành', wire: 'Đường dây', faults: 'Sự cố', rules: 'Vi phạm', language: 'Ngôn ngữ',
    lost: 'Mất kết nối với máy mô phỏng, đang thử lại…', phones: 'Điện thoại', close: 'Đóng', cancel: 'Hủy', send: 'Gửi',
    write: 'Nhập tin nhắn', attach: 'Đính kèm', more: 'Tùy chọn', choices: 'Lựa chọn', person: 'Người dùng',
    new_person: 'Người mới', staff: 'Cán bộ trả lời…', staff_send: 'Trả lời',
    no_inbox: 'Không có hộp thư riêng cho cán bộ.', inbox_note: 'Trả lời từ hộp thư của chính nền tảng, không qua cổng',
    form_title: 'Chia sẻ thông tin', form_note: 'Biểu mẫu của ứng dụng: thông tin được gửi cho tài khoản.',
    form_name: 'Họ tên', form_phone: 'Số điện thoại', form_address: 'Số nhà, đường', form_ward: 'Phường/xã',
    form_city: 'Tỉnh/thành phố',
    start_zalo: 'Nhắn tin', start_viber: 'Mở trò chuyện', start_messenger: 'Bắt đầu', start_telegram: 'BẮT ĐẦU',
    hello_zalo: 'Nhắn tin để trò chuyện với Tổng đài.', hello_viber: 'Mở trò chuyện để nhận lời chào.',
    hello_messenger: 'Bấm Bắt đầu để Trang biết bạn đang chờ.', hello_telegram: 'Bot này làm được gì? Nhận phản ánh của người dân.',
    follow: 'Quan tâm', following: 'Đã quan tâm', subscribe: 'Đăng ký', subscribed: 'Đã đăng ký',
    photo: 'Ảnh mẫu', upload: 'Ảnh từ máy', album: 'Ba ảnh', voice: 'Tin thoại', video: 'Video', sticker: 'Nhãn dán',
    file: 'Tệp', location: 'Vị trí', own_phone: 'Số của tôi', other_phone: 'Danh thiếp người khác', sample: 'Câu mẫu',
    a_follow: 'Quan tâm / đăng ký', a_unfollow: 'Bỏ quan tâm / hủy đăng ký', a_block: 'Chặn tài khoản', a_close: 'Tắt màn hình (không đọc tin)',
    a_reopen: 'Mở màn hình (đọc hết)', a_edit: 'Sửa tin cuối của tôi', a_react: 'Thả tim tin cuối',
    m_sending: 'đang gửi', m_sent: 'đã gửi', m_delivered: 'đã nhận', m_seen: 'đã xem', m_failed: 'lỗi', edited: 'đã sửa',
    unread: 'chưa đọc', you: 'Bạn', staff_word: 'Cán bộ', blocked: 'Bạn đã chặn tài khoản này.', screen_off: 'Màn hình đang tắt',
    typing: 'đang soạn tin…', edit_prompt: 'Nội dung mới', sub_zalo: 'Zalo OA', sub_viber: 'Viber bot', sub_messenger: 'Trang Messenger', sub_telegram: 'Bot Telegram',
    all_accounts: 'Mọi tài khoản', pause: 'Tạm dừng', no_wire: 'Chưa có yêu cầu nào. Hãy gửi một tin nhắn.',
    to_platform: 'cổng gọi nền tảng', to_gateway: 'nền tảng gọi cổng', request: 'Yêu cầu', answer: 'Trả lời', headers: 'Tiêu đề',
    no_answer: 'không có trả lời', no_rules: 'Chưa có vi phạm nào: cổng tuân thủ mọi quy tắc.',
    f_next: 'Lỗi cho lần gọi kế tiếp', f_count: 'Số lần', f_add: 'Thêm', f_delay: 'Trả lời chậm (giây)', f_duplicate: 'Lặp mỗi webhook',
    f_shuffle: 'Đảo thứ tự', f_batch: 'Gộp thành lô', f_down: 'Cổng mất kết nối', f_expire: 'Hết hạn token', f_revoke: 'Thu hồi token',
    f_enable: 'Bật lại webhook', f_links: 'Hết hạn liên kết tệp', f_clear: 'Xóa sự cố', f_waiting: 'đang chờ', new_line: 'Shift+Enter xuống dòng',
    sample_text: 'Tôi là Trần Thị Bích, số 0903 123 456. Đèn đường trước nhà 12 Lê Lợi, phường Bến Thành, TP.HCM hỏng ba hôm nay.',
  },
  en: {
    skip: 'To the phones', tagline: 'Four simulated phones. Chat as a citizen and get a ticket code.',
    links: 'Console logins', wire: 'Wire', faults: 'Faults', rules: 'Rules broken', language: 'Language',
    lost: 'Connection to the sandbox lost, trying again…', phones: 'Phones', close: 'Close', cancel: 'Cancel', send: 'Send',
    write: 'Write a message', attach: 'Attach', more: 'Options', choices: 'Choices', person: 'Person',
    new_person: 'New person', staff: 'Answer as staff…', staff_send: 'Answer',
    no_inbox: 'No inbox for staff here.', inbox_note: 'An answer from the platform’s own inbox, not through the gateway',
    form_title: 'Share your details', form_note: 'The app’s own form: the details go to the account.',
    form_name: 'Full name', form_phone: 'Phone number', form_address: 'House number, street', form_ward: 'Ward/commune',
    form_city: 'Province/city',
    start_zalo: 'Message', start_viber: 'Open chat', start_messenger: 'Get Started', start_telegram: 'START',
    hello_zalo: 'Message the hotline to begin.', hello_viber: 'Open the chat to be welcomed.',
    hello_messenger: 'Tap Get Started so that the Page knows you are here.', hello_telegram: 'What can this bot do? It takes citizens’ reports.',
    follow: 'Follow', following: 'Following', subscribe: 'Subscribe', subscribed: 'Subscribed',
    photo: 'Sample photo', upload: 'Photo from this computer', album: 'Three photos', voice: 'Voice note', video: 'Video', sticker: 'Sticker',
    file: 'File', location: 'Location', own_phone: 'My number', other_phone: 'Somebody’s contact', sample: 'Sample sentence',
    a_follow: 'Follow / subscribe', a_unfollow: 'Unfollow / unsubscribe', a_block: 'Block the account', a_close: 'Screen off (read nothing)',
    a_reopen: 'Screen on (read all)', a_edit: 'Edit my last message', a_react: 'Heart the last message',
    m_sending: 'sending', m_sent: 'sent', m_delivered: 'delivered', m_seen: 'seen', m_failed: 'failed', edited: 'edited',
    unread: 'unread', you: 'You', staff_word: 'Staff', blocked: 'You blocked this account.', screen_off: 'The screen is off',
    typing: 'is typing…', edit_prompt: 'New text', sub_zalo: 'Zalo OA', sub_viber: 'Viber bot', sub_messenger: 'Messenger Page', sub_telegram: 'Telegram bot',
    all_accounts: 'All accounts', pause: 'Pause', no_wire: 'No requests yet. Send a message.',
    to_platform: 'gateway calls platform', to_gateway: 'platform calls gateway', request: 'Request', answer: 'Answer', headers: 'Headers',
    no_answer: 'no answer', no_rules: 'None so far: the gateway keeps every rule.',
    f_next: 'Fault for the next call', f_count: 'Times', f_add: 'Add', f_delay: 'Answer late (seconds)', f_duplicate: 'Repeat each webhook',
    f_shuffle: 'Shuffle order', f_batch: 'Batch into one', f_down: 'Gateway unreachable', f_expire: 'Expire token', f_revoke: 'Revoke token',
    f_enable: 'Enable webhook again', f_links: 'Expire media links', f_clear: 'Clear faults', f_waiting: 'waiting', new_line: 'Shift+Enter for a new line',
    sample_text: 'Tôi là Trần Thị Bích, số 0903 123 456. Đèn đường trước nhà 12 Lê Lợi, phường Bến Thành, TP.HCM hỏng ba hôm nay.',
  },
};

let current = 'vi';

export function word(key) {
  return WORDS[current][key] ?? key;
}

export function language() {
  return current;
}

export function startLanguage() {
  let kept = null;
  try { kept = localStorage.getItem('sandbox-language'); } catch { kept = null; }
  current = kept === 'en' || kept === 'vi' ? kept : (navigator.language || 'vi').startsWith('en') ? 'en' : 'vi';
}

export function setLanguage(lang) {
  current = lang;
  try { localStorage.setItem('sandbox-language', lang); } catch { /* forgotten at the next visit */ }
}

// Puts the words into everything below `root` that names one.
export function translate(root) {
  for (const each of root.querySelectorAll('[data-i18n]')) each.textContent = word(each.dataset.i18n);
  for (const each of root.querySelectorAll('[data-i18n-label]')) each.setAttribute('aria-label', word(each.dataset.i18nLabel));
  for (const each of root.querySelectorAll('[data-i18n-placeholder]')) each.placeholder = word(each.dataset.i18nPlaceholder);
}
