// The organiser's side over HTTP, for tests whose subject is another page: open and close screens, change a course.
// It must not be used where the console itself is tested.

/** @typedef {{ screen: number, ticket: string, display_url: string }} Opened */

/** @param {import('./server.js').Server} server */
export function organiserOf(server) {
  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async function call(method, path, body) {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${server.demo.unit_admin.session}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text && JSON.parse(text);
  }

  return {
    /** @returns {Promise<Opened>} */
    openScreen: (/** @type {number} */ course, place = '主会场') =>
      call('POST', `/api/v1/courses/${course}/screens`, { place }),
    /** @returns {Promise<Opened>} */
    ticketFor: (/** @type {number} */ screen) => call('POST', `/api/v1/screens/${screen}/tickets`),
    closeScreen: (/** @type {number} */ screen) => call('DELETE', `/api/v1/screens/${screen}`),
    cancelSpotCheck: (/** @type {number} */ course, /** @type {number} */ spotCheck) =>
      call('DELETE', `/api/v1/courses/${course}/spot-checks/${spotCheck}`),
    change: (/** @type {number} */ course, /** @type {object} */ settings) =>
      call('PATCH', `/api/v1/courses/${course}`, settings),
    orderSpotCheck: (/** @type {number} */ course, /** @type {object} */ order) =>
      call('POST', `/api/v1/courses/${course}/spot-checks`, order),
    records: (/** @type {number} */ course) => call('GET', `/api/v1/courses/${course}/attendance-records`),
  };
}
