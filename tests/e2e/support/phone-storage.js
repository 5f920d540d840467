// What a phone remembers of a scan, stored as its pages would keep it: for looking at states that no test passes
// through slowly enough, or at all. It must not be used where it is tested how a state comes about.

const CODE_OF = /([A-Z2-7]{36})$/;

export const COURSE = {
  id: 1,
  title: '急性心肌梗死的早期识别与救治',
  project_number: '2025-11-01-033 (国)',
  project_name: '急性冠脉综合征规范化诊疗新进展学习班',
  venue: '岳麓人民医院学术报告厅',
  place: '主会场',
  day: '2026-11-22',
  period: [{ from: '2026-11-21', to: '2026-11-23' }],
  opens: '07:00',
  closes: '18:00',
};
/** As long as they come, or longer. */
export const LONG_COURSE = {
  ...COURSE,
  title:
    '基层医疗卫生机构常见心律失常的心电图判读、远程会诊流程与急诊转诊指征：从规范化采集到质量控制的实践与思考（第二十三期）',
  project_number: '2025-11-01-033-2026-0000147 (国)',
  project_name:
    '国家级继续医学教育项目——新疆维吾尔自治区巴音郭楞蒙古自治州基层卫生专业技术人员急诊急救能力提升暨适宜技术推广学习班',
  venue: '新疆维吾尔自治区巴音郭楞蒙古自治州人民医院门诊综合楼二十二层国际学术交流中心第一报告厅',
  place: 'Hall-B-overflow-room-with-a-very-long-unbroken-name',
};

export const AT = '2026-11-22T01:02:13.000Z';
export const RECEIPT = 'AAAAAAAMAAAAAAAHJkIAAAABRn9kL2xQ7uVbx9Kd27Qa';

export const checkIn = (course = COURSE) => ({
  id: '0193b1c2-77aa-7def-9c00-1f2e3d4c5b6a',
  course_id: course.id,
  course_title: course.title,
  project_number: course.project_number,
  project_name: course.project_name,
  at: AT,
  recorded_at: AT,
  day: course.day,
  slot: 1,
  source: 'scan',
});

/** A pass that has no answer yet. */
export const HELD = { state: 'sending', pass: 'a-pass', tries: 0, after: null };
/** Storage is away, and so soon not asked again. */
export const DEFERRED = { status: 'deferred', pass: 'a-pass', retry_after_ms: 250_000 };

/**
 * The page of that code, with this in its storage and nothing else.
 * @param {import('playwright-core').Page} page @param {string} address as scanned @param {object} attempt
 */
export async function openWith(page, address, attempt) {
  const [, code = ''] = CODE_OF.exec(address) ?? [];
  const origin = new URL(address.toLowerCase()).origin;
  await lay(page, origin, [{ code, scanned_at: Date.now(), course: COURSE, ...attempt }]);
  await page.goto(`${origin}/C/${code}`);
}

/** @param {import('playwright-core').Page} page @param {string} origin @param {object[]} attempts */
export async function lay(page, origin, attempts) {
  // A page of ours on which nothing runs.
  await page.goto(`${origin}/healthz`);
  await page.evaluate((attempts) => {
    for (const key of Object.keys(localStorage))
      if (key.startsWith('zaichang.scan.')) localStorage.removeItem(key);
    for (const attempt of attempts) {
      const { code } = /** @type {{ code: string }} */ (attempt);
      localStorage.setItem(`zaichang.scan.${code}`, JSON.stringify({ v: 1, attempt }));
    }
  }, attempts);
}
