// Words of units that are missing: as people who register have proposed them, and what their authority decides.
// It must not hold why a decision is refused: the server says that.
export const proposalWords = {
  'checklist.unit_proposals': ['处理注册人员申报的单位', 'Decide on the units that people have proposed'],

  'proposals.title': ['申报的单位', 'Proposed units'],
  'proposals.title_waiting': ['申报的单位（{n} 个待处理）', 'Proposed units ({n} waiting)'],
  'proposals.count_waiting': ['{n} 个待处理', '{n:unit waits|units wait} for a decision'],
  'proposals.count': ['共 {n} 个', '{n:proposal|proposals}'],
  'proposals.caption': ['注册人员申报的单位', 'Units that people who register have proposed'],
  'proposals.search': ['单位名称或地址', 'Name or address'],
  'proposals.state': ['处理状态', 'State'],
  'proposals.state_all': ['全部状态', 'All states'],
  'proposals.clear': ['显示待处理', 'Show what waits'],
  'proposals.rest_title': ['暂无待处理的申报', 'Nothing waits for a decision'],
  'proposals.rest_text': [
    '人员注册时未找到所在单位的，可申报该单位，提交后显示在此处。',
    'People who do not find their unit when they register propose it; it appears here once they have submitted.',
  ],
  'proposals.none_title': ['没有符合条件的申报', 'No proposal matches'],
  'proposals.none_text': ['请更换关键词或状态。', 'Try other words or another state.'],
  'proposals.head_unit': ['申报名称', 'Proposed name'],
  'proposals.under_unit': ['类别', 'Kind'],
  'proposals.head_place': ['所在区划', 'Division'],
  'proposals.under_place': ['地址或电话', 'Address or phone'],
  'proposals.head_people': ['申报人数', 'People'],
  'proposals.head_since': ['首次申报', 'Since'],
  'proposals.head_authority': ['主管部门', 'Authority'],
  'proposals.head_state': ['状态', 'State'],
  'proposals.decide': ['处理', 'Decision'],
  'proposals.became': ['对应单位：', 'The unit:'],

  'proposal_state.draft': ['已撤回', 'Withdrawn'],
  'proposal_state.submitted': ['待处理', 'Waits'],
  'proposal_state.returned': ['已退回', 'Returned'],
  'proposal_state.approved': ['已确认', 'Confirmed'],
  'proposal_state.rejected': ['不予确认', 'Refused'],

  'proposals.enter': ['新增单位', 'Enter it'],
  'proposals.enter_one': ['新增单位 {name}', 'Enter {name}'],
  'proposals.enter_title': ['新增申报的单位“{name}”', 'Enter {name}'],
  'proposals.enter_does': [
    '请核对名称和主管部门。新增后，{n} 份注册申请自动提交该单位审核。',
    'Please check its name and authority. {n:registration goes|registrations go} to the unit for review by themselves.',
  ],
  'proposals.admin_needed': [
    '新单位尚无管理员：新增后，请为其生成管理员链接。',
    'A new unit has no administrator yet: please make a link for one afterwards.',
  ],
  'proposals.known': ['已有该单位', 'It is there'],
  'proposals.known_one': ['已有该单位 {name}', '{name} is there'],
  'proposals.known_title': ['“{name}”对应已有单位', 'Which unit {name} is'],
  'proposals.known_submit': ['确认对应该单位', 'It is this unit'],
  'proposals.alike': ['名称相近的单位', 'Units that are called alike'],
  'proposals.found': ['查找结果', 'Found'],
  'proposals.none_alike': [
    '没有名称相近的单位，请按名称、曾用名或别名查找。',
    'No unit is called alike: please search by any of its names.',
  ],
  'proposals.known_does': [
    '“{name}”将成为该单位的别名，今后按此名称也能找到。',
    'The unit is found by the name {name} from then on.',
  ],
  'proposals.known_go_on': [
    '{n} 份注册申请自动提交该单位审核。',
    '{n:registration goes|registrations go} to the unit for review by themselves.',
  ],
  'proposals.refuse': ['不予确认', 'Refuse'],
  'proposals.refuse_one': ['不予确认 {name}', 'Refuse {name}'],
  'proposals.refuse_title': ['不予确认“{name}”', 'Refuse {name}'],
  'proposals.refuse_does': [
    '{n} 份注册申请退回本人，由其改选单位或重新申报。',
    '{n:registration goes|registrations go} back to the applicants, who choose another unit or propose one anew.',
  ],
  'proposals.reason_full_name': ['请填写单位全称后重新申报', 'Please propose it by its full name'],
  'proposals.reason_gone': [
    '该机构已注销，请选择现所在单位',
    'It is no more: please choose your present unit',
  ],
  'proposals.reason_other_area': [
    '该单位不在此区划，请核对所在地区',
    'It lies elsewhere: please check the area',
  ],
  'proposals.done_placed': [
    '已确认“{name}”，{n} 份注册申请已提交该单位。',
    'Confirmed as {name}: {n:registration has|registrations have} gone to it.',
  ],
  'proposals.done_refused': [
    '“{name}”不予确认，{n} 份注册申请已退回。',
    '{name} is refused: {n:registration has|registrations have} gone back.',
  ],
  'proposals.see_admins': ['查看该单位管理员', "See the unit's administrators"],
} as const;
