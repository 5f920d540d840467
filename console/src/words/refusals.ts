// What a refusal's code means to an organiser, where only the code is known, and what the browser itself has to say.
// It must not repeat the title that came with a refusal: that is the server's to word.
export const refusalWords = {
  'refusal.offline': ['无法连接服务器', 'The server cannot be reached'],
  'refusal.offline_detail': ['请检查网络后重试。', 'Please check the network and try again.'],
  'refusal.slow': ['服务器响应超时', 'The server did not answer in time'],
  'refusal.slow_detail': ['请稍后重试。', 'Please try again in a moment.'],
  'refusal.unreadable': ['服务器返回异常', "The server's answer cannot be read"],
  'refusal.unreadable_detail': [
    '请刷新页面；如仍如此，请联系系统管理员。',
    "Please reload the page; if it stays, tell the system's administrator.",
  ],
  'refusal.unsaved': ['暂时无法保存，尚未签到', 'Cannot be saved for a moment: not checked in yet'],
  'refusal.unsaved_detail': [
    '请稍候再试，重复提交不会重复签到。',
    'Please try again shortly: nothing is counted twice.',
  ],
  'refusal.not_loaded': ['页面未能载入', 'The page could not be loaded'],
  'refusal.not_loaded_detail': [
    '系统可能正在升级，请稍后重试。如仍如此，请关闭本页后重新打开管理端，或联系系统管理员。',
    "The system may be being updated: please try again shortly. If it stays, close this page and open the console anew, or tell the system's administrator.",
  ],
  'refusal.changed_meanwhile': ['内容已有新的修改', 'It has been changed meanwhile'],
  'refusal.changed_meanwhile_detail': [
    '请核对现有内容后再次保存。',
    'Please look at what stands now, and save the change again.',
  ],
  'refusal.other': ['请求未被接受', 'The request was refused'],
  'refusal.unknown': ['暂不能签到（{code}）', 'Cannot be checked in now ({code})'],
  'refusal.person_not_approved': ['注册尚未通过单位审核', 'Registration not yet approved by the unit'],
  'refusal.person_inactive': ['人员已注销', 'Registration cancelled'],
  'refusal.project_not_approved': ['项目尚未通过审核', 'The project has not been approved'],
  'refusal.outside_period': ['不在举办周期内', 'Outside the declared period'],
  'refusal.course_not_open': ['签到尚未开始', 'Check-in has not opened yet'],
  'refusal.course_over': ['签到已结束', 'Check-in is over'],
  'refusal.cap_reached': ['已达考勤人数上限', 'The cap is reached'],
  'refusal.face_required': ['课程要求人脸核验', 'The course asks for a face check'],
  'refusal.screen_closed': ['屏幕已关闭', 'The screen has been closed'],
} as const;
