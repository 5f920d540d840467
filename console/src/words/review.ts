// Words of reviews, whatever is reviewed: the steps so far, and what a verdict on several has left.
// It must not name what is reviewed.
export const reviewWords = {
  'review.history': ['审核记录', 'Steps of the review'],
  'review.no_history': ['暂无审核记录', 'No steps yet'],
  'review.why': ['审核意见', 'Reason given'],
  'review.left': ['{n} 份未处理。{why}', '{n:was left as it is|were left as they are}. {why}'],
  'review.left_why': ['{names}：{why}', '{names}: {why}'],
  'review.and': ['、', ', '],
  'review.and_for': ['；', '; '],
} as const;
