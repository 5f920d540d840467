// Sentences of registering on the phone: the steps of the form, what is chosen from, what is wrong with a field, and how far the
// unit's review is. It must say what is true of the server beside it: what is collected, and who sees it.

import type { FormCode } from './refusals/refusal-words.ts';
import type { Sentence } from './sentence.ts';

export const REGISTRATION = {
  title: ['注册', 'Register'],
  step: ['第 {at} 步，共 {all} 步', 'Step {at} of {all}'],
  next: ['保存并继续', 'Save and go on'],
  saving: ['正在保存', 'Saving'],
  loading: ['正在读取注册信息', 'Reading the registration'],
  back: ['上一步', 'Back'],
  choose: ['请选择', 'Please choose'],
  phone: ['手机号', 'Mobile number'],

  prove: ['请先验证手机号', 'Please prove your mobile number first'],
  prove_why: [
    '用短信验证码登录即可：未注册的手机号将进入注册，已填写的内容会保留。',
    'Log in with a code by text message: a number that is not registered goes on to register, and what was entered is kept.',
  ],
  prove_go: ['验证手机号', 'Prove the number'],

  notice: ['注册须知', 'Before you register'],
  notice_lead: [
    '注册信息提交所在单位审核，用于确认您的身份和记录继续医学教育。',
    'Your unit reviews what you enter. It confirms who you are, and your continuing education is recorded under it.',
  ],
  agree: ['同意并继续', 'Agree and go on'],

  identity: ['姓名与证件', 'Name and document'],
  name: ['真实姓名', 'Name, as in the document'],
  document: ['证件类型', 'Kind of document'],
  number: ['证件号码', 'Document number'],
  number_kept: ['已保存：{number}。如需更改，请重新填写。', 'Saved: {number}. Enter it again to change it.'],

  unit: ['所在单位', 'Your unit'],
  area: ['所在地区', 'Area'],
  province: ['省', 'Province'],
  city: ['市州', 'City'],
  county: ['区县', 'County'],
  all_below: ['全部', 'All'],
  search_unit: ['单位名称中的任意文字', 'Any part of the name'],
  search: ['查找', 'Search'],
  chosen_unit: ['已选单位', 'Chosen unit'],
  no_unit: [
    '未找到该单位。请更换文字或地区；名单中没有的，可以申报。',
    'No such unit. Try other words or another area; if it is missing, propose it.',
  ],
  propose: ['未找到？申报所在单位', 'Not in the list? Propose your unit'],
  propose_lead: [
    '由当地主管部门确认。确认后，您的注册将自动提交该单位审核，无需重新填写。',
    'The health authority there confirms it. Your registration then goes to the unit by itself: nothing is entered again.',
  ],
  proposed_unit: ['申报的单位', 'Proposed unit'],
  unit_name: ['单位全称', 'Full name of the unit'],
  unit_category: ['单位类别', 'Kind of unit'],
  unit_address: ['地址或单位电话（选填）', "Address, or the unit's phone (may be left out)"],
  unit_address_note: ['请勿填写个人手机号', "Please leave out anybody's own number"],
  search_again: ['返回查找', 'Search again'],
  more_units: [
    '结果较多，请选择所在地区，或再输入几个字。',
    'There are more: choose the area, or type more of the name.',
  ],
  department: ['科室', 'Department'],
  no_department: ['未列出或不适用', 'Not listed, or none'],

  work: ['职称与专业', 'Title and specialty'],
  title_series: ['职称系列', 'Series of the title'],
  title_level: ['职称级别', 'Level of the title'],
  specialty: ['从事专业', 'Specialty'],
  takes_part: ['是否参加继续医学教育', 'Do you take part in CME?'],
  yes: ['参加', 'Yes'],
  no: ['不参加', 'No'],

  check: ['核对并提交', 'Check and submit'],
  check_why: [
    '提交后由 {unit} 的管理员审核，结果可在本页查看。',
    'The administrator of {unit} reviews it; see this page for the verdict.',
  ],
  check_why_proposed: [
    '提交后，先由主管部门确认“{unit}”，再由该单位审核；进度可在本页查看。',
    'The authority confirms {unit} first, then the unit reviews it; see this page for how far it is.',
  ],
  change: ['修改', 'Change'],
  missing: ['未填写', 'Not entered'],
  submit: ['提交审核', 'Submit'],
  submitting: ['正在提交', 'Submitting'],

  waits: ['已提交，等待单位审核', 'Submitted: your unit reviews it'],
  waits_why: [
    '{unit} 的管理员将审核您的注册信息。通过后即可用本手机号登录。',
    'The administrator of {unit} reviews it. Once approved, you log in with this number.',
  ],
  waits_authority: ['单位待主管部门确认', 'The authority is to confirm your unit'],
  waits_authority_why: [
    '{authority}将确认“{unit}”。确认后自动提交该单位审核，无需重新填写；也可撤回，改选其他单位。',
    '{authority} is to confirm {unit}. Your registration then goes to the unit by itself. You may withdraw it and choose another one.',
  ],
  waits_admin: ['已提交，单位尚无管理员', 'Submitted: the unit has no administrator yet'],
  waits_admin_why: [
    '“{unit}”的管理员由{authority}开通，开通后即可审核您的注册信息。',
    '{authority} sets up the administrator of {unit}, who then reviews it.',
  ],
  on_its_way: ['主管部门已处理', 'The authority has decided'],
  on_its_way_why: [
    '正在转入下一步，请稍后点按“查看审核结果”。',
    'Your registration goes on by itself. Please look again in a moment.',
  ],
  authority: ['主管部门', 'The health authority'],
  scan_kept: [
    '扫码已为您保留：24 小时内审核通过的，按扫码时间记录签到，无需重新扫码。',
    'Your scan is kept: if you are approved within 24 hours, the check-in is recorded as of the scan.',
  ],
  submitted_at: ['{time} 提交', 'Submitted at {time}'],
  look: ['查看审核结果', 'Look again'],
  withdraw: ['撤回修改', 'Withdraw to change it'],

  returned: ['已退回，请修改后重新提交', 'Returned: please change it and submit again'],
  rejected: ['审核未通过', 'Not approved'],
  reason: ['单位意见：{reason}', 'What the unit says: {reason}'],
  authority_reason: ['主管部门意见：{reason}', 'What the authority says: {reason}'],
  put_right: ['修改注册信息', 'Change it'],

  approved: ['注册已通过审核', 'You are registered'],
  approved_why: ['请用本手机号登录。', 'Please log in with this number.'],

  standing: ['注册信息', 'Registration'],
  kept_scans: ['已保留的扫码', 'Scans that are kept'],
  scan_waits: ['待审核通过后记录', 'Recorded once you are approved'],
  scan_recorded: ['已按扫码时间记录签到', 'Recorded as of the scan'],
  scan_refused: ['未能记录：{why}', 'Not recorded: {why}'],
  see: ['查看注册信息', 'See the registration'],

  leave: ['退出', 'Leave this phone'],
  leave_why: [
    '在公用或他人的手机上填写的，离开前请退出。已保存的内容不会丢失，验证本手机号即可继续。',
    'On a phone that others use, please leave it when you are done. What was saved stays: prove this number to go on.',
  ],

  meanwhile: [
    '另一台设备已修改注册信息。您刚才填写的内容仍在，请核对后再次保存。',
    'Another device has changed it. What you typed is still here: please check it and save again.',
  ],
  stands: ['现为：{value}', 'Now: {value}'],
} as const satisfies Record<string, Sentence>;

/** What registering collects, and what for. */
export const REGISTERED: { what: Sentence; why: Sentence }[] = [
  {
    what: ['姓名、证件类型和号码', 'Name, kind and number of a document'],
    why: [
      '确认您是本人。加密保存，页面只显示末四位；只有所在单位和上级部门能按权限查看。',
      'To confirm that it is you. Kept encrypted and shown masked; only your unit and the authorities above it may look, by right.',
    ],
  },
  {
    what: ['手机号', 'Mobile number'],
    why: ['登录和通知审核结果。加密保存。', 'For logging in and for telling the verdict. Kept encrypted.'],
  },
  {
    what: ['单位、科室、职称、专业', 'Unit, department, title, specialty'],
    why: [
      '由所在单位审核，并据此确定学分标准。',
      'Your unit reviews them; the standard of credits depends on them.',
    ],
  },
];

export const NOT_REGISTERED: Sentence = [
  '不收集健康信息、银行账户和家庭住址。30 天未继续填写的注册信息将自动删除。',
  'No health data, bank account or home address. Unfinished registrations are deleted after 30 days.',
];

export type DocumentKind = 'id_card' | 'passport' | 'hk_macao_permit' | 'taiwan_permit' | 'officer' | 'other';

export const DOCUMENTS: Record<DocumentKind, Sentence> = {
  id_card: ['居民身份证', 'ID card'],
  passport: ['护照', 'Passport'],
  hk_macao_permit: ['港澳居民来往内地通行证', 'Permit for residents of Hong Kong and Macao'],
  taiwan_permit: ['台湾居民来往大陆通行证', 'Permit for residents of Taiwan'],
  officer: ['军官证', "Officer's card"],
  other: ['其他证件', 'Another document'],
};

export type UnitCategoryWord =
  'unknown' | 'general' | 'tcm' | 'public_health' | 'society' | 'base' | 'administrative' | 'individual';

/** Kinds of units, in the order in which they are offered. */
export const UNIT_CATEGORIES: Record<UnitCategoryWord, Sentence> = {
  unknown: ['不清楚', 'Not known'],
  general: ['综合', 'General'],
  tcm: ['中医', 'Chinese medicine'],
  public_health: ['公共卫生', 'Public health'],
  society: ['学术团体', 'Society'],
  base: ['基地', 'Base'],
  administrative: ['行政', 'Administrative'],
  individual: ['个人', 'Individual'],
};

export type TitleSeries =
  | 'physician'
  | 'nurse'
  | 'pharmacist'
  | 'technician'
  | 'laboratory'
  | 'research'
  | 'engineering'
  | 'teaching'
  | 'tcm_physician'
  | 'tcm_nurse'
  | 'tcm_pharmacist'
  | 'tcm_technician'
  | 'integrated_physician'
  | 'other';

export const TITLE_SERIES: Record<TitleSeries, Sentence> = {
  physician: ['医师', 'Physician'],
  nurse: ['护理', 'Nursing'],
  pharmacist: ['药师', 'Pharmacy'],
  technician: ['技师', 'Technician'],
  laboratory: ['检验', 'Laboratory'],
  research: ['研究', 'Research'],
  engineering: ['工程', 'Engineering'],
  teaching: ['教学', 'Teaching'],
  tcm_physician: ['中医医师', 'Physician of Chinese medicine'],
  tcm_nurse: ['中医护理', 'Nursing in Chinese medicine'],
  tcm_pharmacist: ['中药师', 'Pharmacist of Chinese medicine'],
  tcm_technician: ['中医技师', 'Technician of Chinese medicine'],
  integrated_physician: ['中西医结合医师', 'Integrated medicine'],
  other: ['其他', 'Other'],
};

export type TitleLevel = 'senior' | 'associate_senior' | 'intermediate' | 'junior' | 'assistant' | 'none';

export const TITLE_LEVELS: Record<TitleLevel, Sentence> = {
  senior: ['正高', 'Senior'],
  associate_senior: ['副高', 'Associate senior'],
  intermediate: ['中级', 'Intermediate'],
  junior: ['初级（师）', 'Junior'],
  assistant: ['初级（士）', 'Assistant'],
  none: ['无职称', 'None'],
};

export type RegistrationFault =
  | 'missing'
  | 'name_form'
  | 'id_number_length'
  | 'id_number_form'
  | 'passport_form'
  | 'hk_macao_permit_form'
  | 'taiwan_permit_form'
  | 'number_form'
  | 'specialty_form'
  | 'unit_name_form'
  | 'address_form'
  | 'unit_gone';

/** Why the server refuses what the form alone asks for. */
export const FORM_REFUSALS: Record<FormCode, Sentence> = {
  unit_listed: [
    '该单位已在名单中，请返回查找，直接选择该单位。',
    'This unit is in the list: please search for it, and choose it.',
  ],
  no_authority_there: [
    '该地区的主管部门尚未使用本平台。请核对所选地区；无误的，请联系当地卫生健康主管部门。',
    'The authority of this area does not use this platform yet. Please check the area; if it is right, ask the health authority there.',
  ],
  units_proposed: [
    '今日申报单位的次数已用完。请于次日继续，或直接联系当地卫生健康主管部门，由其新增单位。',
    'Too many units were proposed today: please go on tomorrow, or ask the health authority there to enter the unit.',
  ],
  phone_taken: [
    '该手机号已登记在其他人员名下，不能用于注册。请持证件到您的单位，由其查明；已填写的内容会保留。',
    'Somebody else is registered with this mobile number. Please show your document to your unit, which finds out why; what you have entered is kept.',
  ],
  // Who has made it void the server says.
  number_voided: ['该证件号码已作废。{detail}', 'This document number is void. {detail}'],
};

/** Under the field it is about, as soon as that is left. */
export const REGISTRATION_FAULTS: Record<RegistrationFault, Sentence> = {
  missing: ['请填写此项', 'Please fill this in'],
  name_form: ['姓名中有不能使用的字符', 'The name holds a character that cannot be used'],
  id_number_length: ['证件号码应为 18 位', 'The number of an ID card has 18 characters'],
  id_number_form: [
    '请核对证件号码：末位与前面的数字不符',
    'Please check the number: its last character does not fit the others',
  ],
  passport_form: ['护照号码为 5 至 20 位字母和数字', 'A passport number has 5 to 20 letters and digits'],
  hk_macao_permit_form: ['以 H 或 M 开头，后接 8 或 10 位数字', 'H or M, and 8 or 10 digits'],
  taiwan_permit_form: ['应为 8 或 10 位数字', 'It has 8 or 10 digits'],
  number_form: ['应为 4 至 30 位文字、字母和数字', 'It has 4 to 30 letters and digits'],
  specialty_form: ['请填写 1 至 50 个字', 'Please write 1 to 50 characters'],
  unit_name_form: ['请填写 2 至 100 个字的单位全称', 'Please write the full name, 2 to 100 characters'],
  address_form: [
    '请填写 2 至 100 个字，不含个人手机号',
    "Please write 2 to 100 characters, without anybody's own number",
  ],
  unit_gone: ['该单位或科室已变更，请重新选择', 'This unit or department has changed: please choose again'],
};
