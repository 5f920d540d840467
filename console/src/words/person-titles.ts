// Words of the titles that people have and had. Series and levels are called as in registrations.
// It must not hold why one is refused: the server says that.
export const personTitleWords = {
  'titles.title': ['职称', 'Titles'],
  'titles.lead': [
    '日期最新的一项为现职称；历次职称均予保留。现职称登记有误的，在“工作信息”中更正。',
    'The one of the newest day is in force; earlier ones are kept. A wrong one in force is put right under Work.',
  ],
  'titles.since': ['自 {from}', 'since {from}'],
  'titles.no_day': ['日期未登记', 'day not known'],
  'titles.in_force': ['现职称', 'In force'],
  'titles.entered_by': ['{by} {at} 登记', 'Entered by {by}, {at}'],
  'titles.corrected_by': ['{by} {at} 更正', 'Put right by {by}, {at}'],
  'titles.corrects': ['更正前：{title}，{from}', 'Before: {title}, {from}'],
  'titles.from': ['聘任（取得）日期', 'Since (day of appointment)'],
  'titles.from_late': ['日期不能晚于今天', 'The day has not come yet'],
  'titles.add': ['登记新职称', 'Enter a title'],
  'titles.add_title': ['登记{name}的职称', 'A title of {name}'],
  'titles.add_does': [
    '自该日起为此职称；早于现职称日期的，作为历史职称补登，现职称不变。',
    'It holds from that day on. One of before the title in force is kept as an earlier one and changes nothing.',
  ],
  'titles.wrong_is_corrected': [
    '现职称登记有误的，请关闭后在“工作信息”中更正。',
    'To put a wrong title right, please use Work instead.',
  ],
  'titles.remove': ['撤销', 'Take out'],
  'titles.remove_one': ['撤销职称 {title}', 'Take out the title {title}'],
  'titles.remove_title': ['撤销{name}的职称“{title}”', 'Take out {name}’s title {title}'],
  'titles.remove_does': [
    '仅用于登记错误的记录；撤销后，其余职称中日期最新的一项为现职称。',
    'For a wrong entry. The newest of the others is in force then.',
  ],
} as const;
