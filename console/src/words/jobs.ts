// Words of the page of background jobs. It must not know how they are run.
export const jobsWords = {
  'rail.jobs': ['后台任务', 'Jobs'],

  'jobs.title': ['后台任务', 'Background jobs'],
  'jobs.lead': [
    '导出、重新加密和定时清理在后台执行，失败后会自动重试。此处列出需要处理的任务。',
    'Exports, sealing again and hourly clearing are done in the background and tried again by themselves. Here is what needs attention.',
  ],
  'jobs.none_title': ['没有需要处理的任务', 'Nothing needs attention'],
  'jobs.none_text': [
    '多次失败、迟迟未开始或未结束的任务将显示在此处。',
    'A job that has failed, is not begun or does not end appears here.',
  ],
  'jobs.failed': ['多次执行仍失败', 'Failed'],
  'jobs.late': ['到期未执行', 'Late'],
  'jobs.hanging': ['执行已超过一小时', 'Running for an hour'],
  'jobs.since': ['自 {time} 起', 'since {time}'],
  'jobs.tries': ['已执行 {n} 次，最多 {most} 次', 'tried {n} of {most} times'],
  'jobs.retry': ['重新执行', 'Try again'],
  'jobs.kind_check_units': ['检查导入的单位', 'Check of a file of units'],
  'jobs.kind_follow_unit_proposal': [
    '申报的单位处理后，转移注册申请',
    'Registrations that follow a decided proposal',
  ],
  'jobs.kind_return_registrations': [
    '单位停用后，退回注册申请',
    'Registrations of a closed unit that go back',
  ],
  'jobs.kind_check_people': ['检查导入的人员', 'Check of a file of people'],
  'jobs.kind_import_people': ['导入人员', 'Import of people'],
  'jobs.kind_import_units': ['导入单位', 'Import of units'],
  'jobs.kind_make_export': ['导出考勤明细', 'Export of attendance records'],
  'jobs.kind_reseal_people': ['更换主密钥后重新加密', 'Sealing again under the new key'],
  'jobs.kind_send_notice': ['发送短信通知', 'Text messages of notices'],
  'jobs.kind_sweep': ['定时清理', 'Hourly clearing'],
  'jobs.kind_other': ['后台任务 {kind}', 'Job {kind}'],
  'jobs.cause_database': ['数据库操作失败', 'The database could not do it'],
  'jobs.cause_file': [
    '文件无法写入，请检查磁盘空间',
    'The file could not be written: see that there is disk space',
  ],
  'jobs.cause_io': [
    '文件无法写入，请检查磁盘空间',
    'The file could not be written: see that there is disk space',
  ],
  'jobs.cause_interrupted': ['执行中断', 'It was interrupted'],
  'jobs.cause_kind_unknown': [
    '通知由较新版本的程序发出，请升级本节点',
    'A newer release has written it: upgrade this node',
  ],
  'jobs.cause_node_died': ['执行任务的节点中途停止', 'The node that did it stopped in the middle'],
  'jobs.cause_panicked': [
    '程序出错，请反馈给开发人员',
    'A fault of the program: report it to the developers',
  ],
  'jobs.cause_rows_unreadable': [
    '部分注册申请无法读取，其余已处理；请查看日志',
    'Some registrations cannot be read, the others are done: see the log',
  ],
  'jobs.cause_unreadable': [
    '筛选条件无法解密，请检查主密钥',
    'The filter cannot be opened: see the master keys',
  ],
  'jobs.cause_not_sent': [
    '短信服务拒绝或无法连接，请检查短信设置',
    'The SMS provider refused it or could not be reached: see its settings',
  ],
  'jobs.cause_other': ['原因代码 {cause}', 'Reason {cause}'],
} as const;
