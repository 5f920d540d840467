//! A session through a minute of a hall, at instants that the test sets: when codes, counts and asks go out.

use super::*;
use crate::checkin::Count;
use crate::display::CodeUrl;
use zaichang_core::code::Profile;
use zaichang_core::ids::{CourseId, ProjectId, ScreenNumber, SpotCheckId, UnitId};
use zaichang_hosting::project::{OpeningHours, Period, Project, ProjectState};
use zaichang_platform::http::Version;

/// 2025-11-29, 09:00:00 in Shanghai. A hall begins with the first edge of its screen's steps after it.
const BEGIN_MS: i64 = 1_764_378_000_000;
const MINUTE_MS: i64 = 60_000;

struct Hall {
    session: ScreenSession,
    screen: Screen,
    course: Course,
    begin_ms: i64,
    now_ms: i64,
    count: Option<Count>,
}

/// What went out at one waking.
#[derive(Debug, Default)]
struct Update {
    at_ms: i64,
    code: bool,
    count: Option<i32>,
    asked: bool,
}

impl Hall {
    fn new(profile: Profile) -> Self {
        Self::of(ScreenNumber(7), profile)
    }

    fn of(screen: ScreenNumber, profile: Profile) -> Self {
        let day = day_of(Timestamp::from_millisecond(BEGIN_MS).unwrap());
        let opening = OpeningHours { opens: 420, closes: 1080 };
        let project = Project {
            id: ProjectId(1),
            unit: UnitId(1),
            number: "2025-11-01-033 (国)".into(),
            name: "学习班".into(),
            venue: "报告厅".into(),
            state: ProjectState::Approved,
            periods: vec![Period { from: day, to: day }],
        };
        let course = Course {
            id: CourseId(1),
            version: Version(1),
            title: "课程".into(),
            lecturer: None,
            hours: "3.0".into(),
            place: "主会场".into(),
            cap: None,
            face: false,
            location: None,
            profile,
            opening,
            spot_checks: Vec::new(),
            project,
        };
        let place = "主会场".to_owned();
        let begin = Timestamp::from_millisecond(BEGIN_MS).unwrap();
        let begin_ms = Step::at(begin, profile.step_ms(), screen).next().starts_at_ms();
        let screen = Screen { screen, course: course.id, day, place, closed_at: None };
        let keys = Arc::new(Keys::new(&[[7; 32]]).unwrap());
        let session = ScreenSession::new(keys, CodeAddress::new("https://cme.example.cn", CodeUrl::Upper));
        Self { session, screen, course, begin_ms, now_ms: begin_ms, count: None }
    }

    /// So many have checked in by now.
    fn counted(&mut self, check_ins: i32) {
        let at = Timestamp::from_millisecond(self.now_ms).unwrap();
        let seats_taken = i64::from(check_ins);
        let attendees = check_ins;
        self.count =
            Some(Count { course: CourseId(1), day: day_of(at), attendees, check_ins, seats_taken, at });
    }

    /// Wakes the session; what it sent, and in how many milliseconds it wants to be woken again.
    fn wake(&mut self) -> (Update, i64) {
        let before = self.session.frames.clone();
        let now = Timestamp::from_millisecond(self.now_ms).unwrap();
        let (changed, sleep) = self.session.update(&self.screen, &self.course, self.count, now).unwrap();
        let frames = &self.session.frames;
        let seq = |frame: Option<&Frame>| frame.map(|frame| frame.seq);
        let code = |frames: &Frames| seq(frames.code.as_ref().map(|code| &code.frame));
        let sent = Update {
            at_ms: self.now_ms - self.begin_ms,
            code: code(&before) != code(frames),
            count: (seq(before.count.as_ref()) != seq(frames.count.as_ref()))
                .then(|| self.session.counted.unwrap().check_ins),
            asked: before.asks != frames.asks,
        };
        assert_eq!(changed, sent.code || sent.count.is_some() || sent.asked, "{sent:?}");
        (sent, i64::try_from(sleep.as_millis()).unwrap().max(1))
    }

    /// A minute with a check-in every so many milliseconds; none if that is none.
    fn minute(&mut self, check_in_every_ms: Option<i64>) -> Vec<Update> {
        let (mut sent, mut check_ins, mut wake_at) = (Vec::new(), 0, self.now_ms);
        while self.now_ms < self.begin_ms + MINUTE_MS {
            let arrived =
                check_in_every_ms.is_some_and(|every_ms| (self.now_ms - self.begin_ms) % every_ms == 0);
            if arrived {
                check_ins += 1;
                self.counted(check_ins);
            }
            if arrived || self.now_ms >= wake_at {
                let (news, sleep_ms) = self.wake();
                sent.push(news);
                wake_at = self.now_ms + sleep_ms;
            }
            self.now_ms += 1;
        }
        sent
    }
}

#[test]
fn a_code_is_told_at_the_edge_of_its_step_and_at_no_other_time() {
    for profile in Profile::ALL {
        let sent = Hall::new(profile).minute(None);
        let codes: Vec<_> = sent.iter().filter(|sent| sent.code).map(|sent| sent.at_ms).collect();
        let edges: Vec<_> = (0..MINUTE_MS).step_by(profile.step_ms() as usize).collect();
        assert_eq!(codes, edges, "{profile:?}");
    }
}

#[test]
fn counts_are_a_quarter_of_a_second_apart_and_go_with_a_code_that_is_near() {
    let mut hall = Hall::new(Profile::Strict);
    let sent = hall.minute(Some(40));
    let counts: Vec<_> = sent.iter().filter(|sent| sent.count.is_some()).collect();
    assert!(counts.windows(2).all(|pair| pair[1].at_ms - pair[0].at_ms >= COUNT_PAUSE_MS));
    assert!(counts.windows(2).all(|pair| pair[1].at_ms - pair[0].at_ms <= COUNT_PAUSE_MS + TOGETHER_MS));
    for count in counts {
        let to_the_edge = 3000 - count.at_ms % 3000;
        assert!(count.code || to_the_edge > TOGETHER_MS, "{count:?}");
    }
    assert!(sent.iter().skip(1).filter(|sent| sent.code).all(|sent| sent.count.is_some()));
}

#[test]
fn one_check_in_is_counted_on_each_screen_of_its_course_at_an_instant_of_its_own() {
    let mut instants = Vec::new();
    for screen in 1..=40 {
        let mut hall = Hall::of(ScreenNumber(screen), Profile::Standard);
        hall.counted(1);
        assert_eq!(hall.wake().0.count, Some(1), "a page that comes waits for no count");
        hall.now_ms += 1700;
        let news_ms = hall.now_ms;
        hall.counted(2);
        let mut sent = hall.wake();
        while sent.0.count.is_none() {
            hall.now_ms += sent.1;
            sent = hall.wake();
        }
        instants.push(hall.now_ms - news_ms);
    }
    assert!(instants.iter().all(|late| (0..=150).contains(late)), "{instants:?}");
    let together = |from: i64| instants.iter().filter(|late| (from..from + 30).contains(*late)).count();
    assert!((0..120).all(|from| together(from) <= 10), "{instants:?}");
}

#[test]
fn a_screen_is_full_with_the_count_that_says_so() {
    let mut hall = Hall::new(Profile::Strict);
    hall.course.cap = Some(2);
    hall.counted(1);
    hall.wake();
    let state = |hall: &Hall| hall.session.shown.unwrap().state;
    hall.now_ms += 500;
    hall.counted(2);
    let (sent, sleep_ms) = hall.wake();
    assert_eq!((sent.count, state(&hall)), (None, State::Open));
    hall.now_ms += sleep_ms;
    let now = Timestamp::from_millisecond(hall.now_ms).unwrap();
    assert!(hall.session.update(&hall.screen, &hall.course, hall.count, now).unwrap().0);
    let count = hall.session.frames.count.as_ref().unwrap();
    let text = String::from_utf8_lossy(&count.bytes).into_owned();
    assert!(text.contains(r#""attendees":2,"check_ins":2,"seats_taken":2,"cap":2"#), "{text}");
    assert_eq!(state(&hall), State::Full);
}

#[test]
fn a_spot_check_is_told_when_it_opens_and_when_it_is_over_and_never_before() {
    let mut hall = Hall::new(Profile::Strict);
    let begin_ms = hall.begin_ms;
    let at = |ms| Timestamp::from_millisecond(begin_ms + ms).unwrap();
    hall.course.spot_checks =
        vec![SpotCheck { id: SpotCheckId(5), opens_at: at(4321), closes_at: at(15_000) }];
    let mut sent = Vec::new();
    let mut seq = None;
    while hall.now_ms < begin_ms + 20_000 {
        let now = Timestamp::from_millisecond(hall.now_ms).unwrap();
        let (_, sleep) = hall.session.update(&hall.screen, &hall.course, None, now).unwrap();
        let frame = hall.session.frames.spot_check.as_ref();
        if frame.map(|frame| frame.seq) != seq {
            seq = frame.map(|frame| frame.seq);
            let text = String::from_utf8_lossy(&frame.unwrap().bytes).into_owned();
            sent.push((hall.now_ms - begin_ms, text.contains("\"closes_at\":null")));
        }
        hall.now_ms += i64::try_from(sleep.as_millis()).unwrap().max(1);
    }
    // It opens by this screen's phase, 48 of 150 ms; it is over just when a code is due.
    assert_eq!(sent, [(4321 + 48, false), (15_000, true)]);
}

#[test]
fn pages_are_asked_with_a_code_and_often_enough() {
    for profile in Profile::ALL {
        let sent = Hall::new(profile).minute(None);
        let asks: Vec<_> = sent.iter().filter(|sent| sent.asked).collect();
        assert!(asks.iter().all(|ask| ask.code), "{profile:?}");
        assert!(asks.windows(2).all(|pair| pair[1].at_ms - pair[0].at_ms <= 6000), "{profile:?}");
        assert!(asks.len() <= 13, "{profile:?}");
    }
}
