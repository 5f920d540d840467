//! Who may be counted, and when: the domain's rules over a scan, in the order in which refusals are answered. Pure.

use jiff::Timestamp;

use super::roster::Screen;
use crate::checkin::refusals;
use zaichang_core::clock::day_of;
use zaichang_hosting::project::{Course, NotNow};
use zaichang_platform::http::Refusal;
use zaichang_registry::people::Standing;

/// What is known about a scan when it is judged.
pub struct Admission<'a> {
    pub course: &'a Course,
    /// When the code was scanned: everything is judged at that instant, however late the pass is presented.
    pub at: Timestamp,
}

impl Admission<'_> {
    /// Whether the screen is open and the course may be attended at that instant, by any person.
    pub fn of_place(&self, screen: &Screen) -> Result<(), NotNow> {
        let closed = screen.closed_at.is_some_and(|closed_at| closed_at <= self.at);
        if closed || screen.day != day_of(self.at) {
            return Err(NotNow { refusal: refusals::SCREEN_CLOSED, opens_at: None });
        }
        self.course.admits(self.at)
    }

    /// Whether this person may be counted.
    pub fn of_person(&self, standing: Option<&Standing>) -> Result<(), Refusal> {
        standing.ok_or(refusals::PERSON_NOT_APPROVED)?.admits(self.at)
    }

    /// Whether the person's unit approved the registration only after the scan.
    pub fn is_approved_afterwards(&self, standing: Option<&Standing>) -> bool {
        standing.and_then(|standing| standing.approved_at).is_some_and(|approved_at| approved_at > self.at)
    }

    /// Whether the face that the course asks for has been seen.
    pub fn of_face(&self, face: Face) -> Result<(), Refusal> {
        match face {
            _ if !self.course.face => Ok(()),
            Face::Passed => Ok(()),
            Face::Failed => Err(refusals::FACE_FAILED),
            Face::Unseen => Err(refusals::FACE_REQUIRED),
        }
    }
}

/// The result of a face check, for a course on a day: the provider's answer, never the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Unseen,
    Passed,
    /// None has passed, and the newest that was decided has not.
    Failed,
}
