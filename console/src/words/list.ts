// Words of every list: its pages, what is chosen of it. It must not know what is listed.
export const listWords = {
  'list.first': ['回到第一页', 'First page'],
  'list.next': ['下一页', 'Next page'],
  'list.previous': ['上一页', 'Previous page'],
  'list.on_page_alone': ['本页 {n} 条', '{n:record|records} on this page'],
  'list.on_page': ['本页 {n} 条，共 {all} 条', '{n} of {all:record|records} on this page'],
  'list.left_out': [
    '有 {n} 条无法读取，未列出；请告知系统管理员',
    "Left out: {n:row|rows} that could not be read. Please tell the system's administrator",
  ],
  'list.paging': ['翻页', 'Pages'],
  'list.chosen': ['已选 {n} 条，共 {all} 条', '{n} of {all:record|records} chosen'],
  'list.choose_all': ['选中本页全部 {n} 条', 'Choose all {n} of this page'],
  'list.choose_none': ['取消选择', 'Choose none'],
} as const;
