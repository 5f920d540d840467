// The organiser's side over HTTP, for tests whose subject is another page: open and close screens, change a course.
// It must not be used where the console itself is tested.

/** @typedef {{ screen: number, ticket: string, display_url: string }} Opened */

/** @param {import('./server.js').Server} server */
export function organiserOf(server) {
  /** @param {string} method @param {string} path @param {object} [body] @param {object} [headers] */
  async function ask(method, path, body, headers) {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${server.demo.unit_admin.session}`,
        ...(body && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async function call(method, path, body) {
    const text = await (await ask(method, path, body)).text();
    return text && JSON.parse(text);
  }

  /** By the version that is read first. @param {number} course @param {object} settings @returns {Promise<any>} */
  async function change(course, settings) {
    const path = `/api/v1/courses/${course}`;
    const version = (await ask('GET', path)).headers.get('ETag') ?? '';
    return (await ask('PATCH', path, settings, { 'If-Match': version })).json();
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
    change,
    orderSpotCheck: (/** @type {number} */ course, /** @type {object} */ order) =>
      call('POST', `/api/v1/courses/${course}/spot-checks`, order),
    projects: () => call('GET', '/api/v1/projects'),
    records: (/** @type {number} */ course) => call('GET', `/api/v1/courses/${course}/attendance-records`),
  };
}
