// A person of the demo's crowd who checks in with the app, over HTTP: for tests that need people, not phones.
// It must not be used where the phone's pages are tested.

/**
 * @param {import('./server.js').Server} server
 * @param {{ id: number, session: string }} person
 * @param {string} address as it was scanned
 * @param {number} [scene] as WeChat reports how its mini-program was opened; without one it is the app
 */
export async function checkIn(server, person, address, scene) {
  const response = await fetch(`${server.url}/api/v1/check-ins`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${person.session}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      code: address.slice(-36),
      client: { kind: scene ? 'wechat' : 'app', device_id: `e2e-device-${person.id}`, scene },
    }),
  });
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`The check-in was answered ${response.status}: ${answer}`);
  return JSON.parse(answer);
}
