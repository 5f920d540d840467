// Words of the screens of a course: opening, the ticket, the list, closing.
// It must not hold words of the venue page itself.
export const screensWords = {
  'screens.title': ['会场屏幕', 'Venue screens'],
  'screens.open': ['打开投屏', 'Open a screen'],
  'screens.empty_title': ['暂未打开投屏', 'No screen is open'],
  'screens.empty_text': [
    '打开后，会场屏幕显示每几秒更换的签到二维码和实时人数。主会场、分会场可各开一个。',
    'A screen shows the changing check-in code and the live head count. Open one for each hall.',
  ],
  'screens.empty_seen': [
    '主办单位打开投屏后，会场屏幕及其状态将显示在此处。',
    'Once the hosting unit opens a screen, it is listed here with its state.',
  ],
  'screens.number': ['屏幕 {n}', 'Screen {n}'],
  'screens.opened': ['{by} 于 {time} 打开', 'Opened by {by} at {time}'],
  'screens.closed_at': ['{time} 已关闭', 'Closed at {time}'],
  'screens.closed_list': ['已关闭的屏幕（{n}）', 'Closed screens ({n})'],
  'screens.another': ['打开新的投屏页', 'Another page'],
  'screens.another_for': ['打开新的投屏页：{place}（屏幕 {n}）', 'Another page for {place} (screen {n})'],
  'screens.replace': ['更换屏幕', 'Replace'],
  'screens.replace_for': ['更换屏幕：{place}（屏幕 {n}）', 'Replace {place} (screen {n})'],
  'screens.close': ['关闭', 'Close'],
  'screens.close_for': ['关闭{place}（屏幕 {n}）', 'Close {place} (screen {n})'],

  'screens.online': ['在线', 'Online'],
  'screens.unopened': ['尚未打开', 'Not opened yet'],
  'screens.offline_now': ['已断开', 'Off'],
  'screens.offline_minutes': ['断开 {n} 分钟', 'Off for {n} min'],
  'screens.offline_hours': ['断开 {n} 小时', 'Off for {n} h'],

  'pairing.title': ['投到另一台电脑', 'On another computer'],
  'pairing.course': ['要投屏的课程', 'Which course'],
  'pairing.characters': ['屏幕上的六位字符', 'The six characters on the screen'],
  'pairing.hint': [
    '在连接投影的电脑上打开本网站的“/display/”，屏幕上将显示六位字符，十分钟内有效，只能使用一次。',
    'On the computer at the projector open “/display/” of this site: it shows six characters, valid for ten minutes, once.',
  ],
  'pairing.characters_wrong': [
    '请输入六位字符；其中没有 0、1、2、5、8 和 B、I、L、O、S、U、Z',
    'Please enter six characters; none of them is 0, 1, 2, 5, 8, B, I, L, O, S, U or Z',
  ],
  'pairing.submit': ['确认投屏', 'Show it there'],
  'pairing.done': [
    '已确认，该电脑将在几秒内显示“{place}”（屏幕 {n}）。',
    'Done. That computer shows “{place}” (screen {n}) within seconds.',
  ],
  'pairing.no_course': ['今天没有课程', 'No course today'],
  'pairing.no_course_text': ['只能为今天的课程打开投屏。', 'A screen is opened for a course of today.'],

  'screens.place': ['屏幕位置', 'Where is this screen'],
  'screens.place_hint': [
    '将显示在屏幕上和签到明细中，便于区分各会场。',
    'Shown on the screen and in the attendance records.',
  ],
  'screens.place_main': ['主会场', 'Main hall'],
  'screens.place_side': ['分会场', 'Side hall'],
  'screens.place_desk': ['签到台', 'Reception desk'],
  'screens.place_missing': ['请填写屏幕位置', 'Please say where the screen is'],
  'screens.place_long': ['屏幕位置最多 50 个字', 'At most 50 characters'],
  'screens.open_here': ['在新窗口打开', 'Open in a new window'],
  'screens.address_only': ['仅获取投屏地址', 'Get the address only'],
  'screens.address_only_hint': [
    '投影仪连接另一台电脑时，请获取投屏地址后在该电脑上打开。',
    'If the projector hangs on another computer, get the address and open it there.',
  ],

  'ticket.title': ['{place} · 屏幕 {n}', '{place} · Screen {n}'],
  'ticket.opened': [
    '已在新窗口打开。请将窗口移至投影屏幕，按 F 键全屏。',
    'Opened in a new window. Drag it to the projector and press F for full screen.',
  ],
  'ticket.blocked': [
    '浏览器拦截了弹出窗口，请点击下方“在新窗口打开”。',
    'The browser kept the new window shut. Use "Open in a new window" below.',
  ],
  'ticket.ready': [
    '请将地址复制到连接投影仪的电脑上打开。',
    'Paste the address into the browser of the computer at the projector.',
  ],
  'ticket.address': ['投屏地址', 'Address of the screen'],
  'ticket.lives': ['{s} 秒内有效，只能使用一次', 'Valid for {s} s, one use only'],
  'ticket.over': ['地址已失效', 'The address has expired'],
  'ticket.over_hint': [
    '已打开的页面不受影响。如需打开新的投屏页，请获取新地址。',
    'Pages already open go on. For another page, get a new address.',
  ],
  'ticket.used_hint': [
    '该地址已在新窗口中使用。如需在其他位置打开，请获取新地址。',
    'The new window has used this address. For a page elsewhere, get a new one.',
  ],
  'ticket.renew': ['获取新地址', 'Get a new address'],
  'ticket.done': ['完成', 'Done'],

  'replacing.does': [
    '用于二维码外泄时：该屏幕的二维码立即失效，同时在原位置打开新屏幕。',
    'For a code that leaks: it stops working at once, and a new screen opens in its place.',
  ],
  'replacing.pages': [
    '所有显示该屏幕的页面将变为“已关闭”，请在会场电脑上打开新地址。',
    'Every page that shows it turns to "closed": open the new address on the computer at the venue.',
  ],
  'replacing.here': ['更换并在新窗口打开', 'Replace, open in a new window'],
  'replacing.address': ['更换，仅获取投屏地址', 'Replace, address only'],

  'closing.title': ['关闭{place}（屏幕 {n}）', 'Close {place} (screen {n})'],
  'closing.does': [
    '该屏幕的二维码将立即失效，所有显示该屏幕的页面将变为“已关闭”。',
    'Its code stops working at once, and every page that shows it turns to "closed".',
  ],
  'closing.keeps': ['已签到的 {n} 人不受影响。', 'The {n:person|people} checked in stay checked in.'],
  'closing.last': [
    '这是最后一个正在显示的屏幕，关闭后将无法扫码签到。',
    'This is the last screen showing: after it no one can scan in.',
  ],
  'closing.others': ['另外 {n} 个屏幕继续显示。', '{n:other screen goes|other screens go} on.'],
  'closing.final': ['关闭后不能恢复，可打开新屏幕。', 'It cannot be undone; a new screen can be opened.'],
  'closing.submit': ['关闭屏幕', 'Close the screen'],
} as const;
