//! A screen that pages watch, as the hub keeps it: where its frames go, and which changes of the roster wake it, so that a
//! project's change wakes its own screens and no other ten thousand. It must not know what a frame says.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

use super::frames::Frames;
use zaichang_core::ids::{CourseId, ProjectId, ScreenNumber};
use zaichang_hosting::project::Course;

/// What changed in the roster, as far as screens care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// What changed is not known.
    Anything,
    Screen(ScreenNumber),
    Course(CourseId),
    Project(ProjectId),
}

pub(super) struct Watched {
    pub frames: watch::Sender<Arc<Frames>>,
    /// Wakes the task that draws the screen. A change notified while it looks makes it look once more.
    pub wake: Arc<Notify>,
    /// Which course it shows, and of which project, once that is known.
    shows: Option<(CourseId, ProjectId)>,
}

impl Watched {
    pub fn new() -> Self {
        Self { frames: watch::channel(Arc::default()).0, wake: Arc::default(), shows: None }
    }

    pub fn shows(&mut self, course: &Course) {
        self.shows = Some((course.id, course.project.id));
    }

    /// Whether a change may be one of this screen, which is the one of this number.
    pub fn is_touched(&self, screen: ScreenNumber, changed: Changed) -> bool {
        match changed {
            Changed::Anything => true,
            Changed::Screen(number) => number == screen,
            Changed::Course(id) => self.shows.is_none_or(|(course, _)| course == id),
            Changed::Project(id) => self.shows.is_none_or(|(_, project)| project == id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_wakes_the_screens_it_touches_and_those_that_do_not_know_yet_what_they_show() {
        let screen = ScreenNumber(7);
        let mut watched = Watched::new();
        for (changed, before, known) in [
            (Changed::Anything, true, true),
            (Changed::Screen(ScreenNumber(7)), true, true),
            (Changed::Screen(ScreenNumber(8)), false, false),
            (Changed::Course(CourseId(3)), true, true),
            (Changed::Course(CourseId(4)), true, false),
            (Changed::Project(ProjectId(2)), true, true),
            (Changed::Project(ProjectId(3)), true, false),
        ] {
            watched.shows = None;
            assert_eq!(watched.is_touched(screen, changed), before, "{changed:?}");
            watched.shows = Some((CourseId(3), ProjectId(2)));
            assert_eq!(watched.is_touched(screen, changed), known, "{changed:?}");
        }
    }
}
