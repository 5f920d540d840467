//! The assumptions of the simulated hall, each figure with its source. It must not know how a scan is judged.
//!
//! No published figures say how fast doctors scan. Figures marked "guess" are ours, on the safe side: they make honest people
//! look a little worse and cheats a little better than we expect. docs/presence.md says how the result changes when a
//! guess is wrong.

use std::time::Duration;

/// A probability, or a share of people.
pub type Share = f64;

/// A time that varies from person to person and scan to scan: lognormal, never below `least_s`.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Half are below this.
    pub median_s: f64,
    /// Standard deviation of the logarithm.
    pub sigma: f64,
    pub least_s: f64,
}

impl Spread {
    /// A draw.
    pub fn draw(self, dice: &mut fastrand::Rng) -> Duration {
        // Box–Muller.
        let (one, two) = (dice.f64().max(f64::MIN_POSITIVE), dice.f64());
        let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos();
        Duration::from_secs_f64((self.median_s * (self.sigma * normal).exp()).clamp(self.least_s, 60.0))
    }
}

/// Uniform between two times.
pub fn between(dice: &mut fastrand::Rng, from_s: f64, to_s: f64) -> Duration {
    Duration::from_secs_f64(from_s + dice.f64() * (to_s - from_s))
}

/// Half of the people come in the last fifth of the arrivals: "within ten minutes of each other", most at the end
/// (the domain's figures; `arrivals` sends the same).
pub const LATE_HALF: Share = 0.5;
/// See above.
pub const LAST_PART: Share = 0.2;

/// From the picture on the screen to the request at the server, in a browser: the camera finds the code, the page is
/// opened. Guess; phones find a code of this size in 0.2 to 1 s, and the page is one request.
pub const BROWSER: Spread = Spread { median_s: 0.6, sigma: 0.5, least_s: 0.2 };
/// The same where a mini-program is started first. Guess; a warm start takes about a second.
pub const MINI_PROGRAM: Spread = Spread { median_s: 1.1, sigma: 0.45, least_s: 0.4 };
/// Share of people who scan with the mini-program.
pub const MINI_PROGRAM_SHARE: Share = 0.6;
/// Share on old phones or in bad seats; they take longer by `SLOW_MORE`. Guess.
pub const SLOW_PHONES: Share = 0.05;
/// See above.
pub const SLOW_MORE: Spread = Spread { median_s: 1.5, sigma: 0.5, least_s: 0.5 };

/// Share of people on the hall's Wi-Fi: one address for all (the domain: one venue's phones share one public address).
pub const HALL_WIFI: Share = 0.6;
/// Share of people with a network of their own all the same: a hotspot, a roaming card, a VPN. Guess.
pub const ODD_NETWORK: Share = 0.02;
/// Gateways of the mobile networks of a city, /24 each; the first serve more than the last. Guess.
pub const CITY_GATEWAYS: f64 = 24.0;

/// Share of people who lend a phone to a colleague whose own is empty: the colleague is refused and goes to the staff. Guess.
pub const BORROWED: Share = 0.005;
/// Share of people who miss a spot check of three minutes although present: out of the room, phone empty or silent. Guess.
pub const MISSES_SPOT_CHECK: Share = 0.03;
/// From the announcement to lifting the phone. Guess.
pub const HEEDS_SPOT_CHECK: Spread = Spread { median_s: 25.0, sigma: 0.6, least_s: 3.0 };

/// Share of people not logged in on their phone when they first scan. Guess.
pub const LOGS_IN_FIRST: Share = 0.3;
/// From the scan to the login: a button of WeChat's, or an SMS code. Guess.
pub const LOGIN: Spread = Spread { median_s: 20.0, sigma: 0.7, least_s: 2.0 };
/// From the scan to the presentation where nothing is to be done: the page presents by itself. Guess.
pub const PRESENTS: Spread = Spread { median_s: 0.4, sigma: 0.7, least_s: 0.05 };
/// Of those on the hall's Wi-Fi, who change to the mobile network between scan and presentation: 12 % of all people.
pub const LEAVES_WIFI: Share = 0.2;
/// Of those on a mobile network, whose second request comes by another gateway. Guess.
pub const CHANGES_GATEWAY: Share = 0.1;
/// Share of people whose anonymous pass is presented with a login that they had all along: two pages, a browser that lost its
/// cookie and found it again. Guess.
pub const TWO_PAGES: Share = 0.002;

/// One outage of the store, at the peak of the arrivals: scans in it are presented after it. As parts of the arrivals.
pub const OUTAGE_FROM: Share = 0.82;
/// See above.
pub const OUTAGE_LASTS: Share = 1.0 / 6.0;
/// The outage is shorter than the three minutes of an anonymous pass.
pub const OUTAGE_AT_MOST: Duration = Duration::from_secs(100);
/// From the outage's end to the presentation: phones come back one after another.
pub const PRESENTS_LATE: Spread = Spread { median_s: 10.0, sigma: 0.8, least_s: 0.5 };
/// Share of people whose session no node remembers while the store is away: the scan is kept and bound to the person later.
pub const UNKNOWN_IN_OUTAGE: Share = 0.5;

/// A photo that is sent by chat and scanned at the other end: ten seconds and more (the facts about cheats, A2, A12).
pub const PHOTO_S: (f64, f64) = (10.0, 60.0);
/// A script that sends the code on: 2 to 3 s (A2: "relays a photo in 2-3 s").
pub const RELAY_S: (f64, f64) = (2.0, 3.0);
/// A live video: the call's delay. Guess; calls within a country are delayed by 0.2 to 0.6 s, and the picture must be held.
pub const VIDEO_S: (f64, f64) = (0.4, 1.0);
/// A screenshot out of the phone's album, as fast as fingers are. Guess.
pub const ALBUM_S: (f64, f64) = (2.5, 9.0);

/// A pass that is copied out of a page and sent by chat, or by a script in the time of a relay. Guess.
pub const SENT_ON_S: (f64, f64) = (5.0, 60.0);
/// How many are sent by a script. Guess.
pub const SENT_BY_SCRIPT: Share = 0.3;
/// Of those whose pass is sent on, how many sit at home, and how many at work behind one address.
pub const SENT_HOME: Share = 0.5;
/// See above.
pub const SENT_TO_WORK: Share = 0.15;
/// How many are on the mobile networks of another city; the rest are on those of the hall's own.
pub const SENT_TO_ANOTHER_CITY: Share = 0.15;
/// An accomplice in the hall is attentive: for the whole group. Guess.
pub const SENT_ON_HEEDS: Share = 0.6;

/// Share of the absent at home, each on a connection of their own. Guess.
pub const ABSENT_AT_HOME: Share = 0.7;
/// Or at work, where all who cheat together share one address; the rest are on the mobile networks of the hall's city,
/// where their addresses do not differ from those of people present. Guess.
pub const ABSENT_AT_WORK: Share = 0.15;

/// A relay that is attended: at an unannounced moment, the accomplice is ready again. For the whole group. Guess.
pub const RELAY_HEEDS: Share = 0.6;
/// The same for a video call, for each of the absent. Guess.
pub const VIDEO_HEEDS: Share = 0.4;
