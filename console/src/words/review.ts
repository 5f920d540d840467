// Words of reviews, whatever is reviewed: the steps so far, and what a verdict on several leaves.
// It must not name what is reviewed.
export const reviewWords = {
  'review.history': ['审核记录', 'Steps of the review'],
  'review.no_history': ['暂无审核记录', 'No steps yet'],
  'review.why': ['审核意见', 'Reason given'],
  'review.left_before': [
    '以下 {n} 项现在不能审核，本次不作处理：',
    '{n:cannot be judged now, and is left as it is|cannot be judged now, and are left as they are}:',
  ],
  'review.left': ['{n} 项未处理。{why}', '{n:was left as it is|were left as they are}. {why}'],
  'review.left_why': ['{names}：{why}', '{names}: {why}'],
  'review.and': ['、', ', '],
  'review.and_more': ['{names} 等 {n} 项', '{names} and others, {n} in all'],
  'review.and_for': ['；', '; '],
} as const;
