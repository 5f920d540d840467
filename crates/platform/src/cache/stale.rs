//! A row that was read once and may not be true any more, as a type: code that receives it cannot take it for a current one.

/// An old entry, served because Postgres does not answer. It admits, refuses and records no person, and opens nothing:
/// a scan may be kept for its person until Postgres decides, and a screen that shows a code goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale<V>(V);

impl<V> Stale<V> {
    pub(super) const fn new(old: V) -> Self {
        Self(old)
    }

    /// For handing back a bound pass, and nothing else.
    pub fn to_keep_a_scan(self) -> V {
        self.0
    }

    /// For a screen that shows its code, and nothing else.
    pub fn to_keep_a_screen(self) -> V {
        self.0
    }

    /// What is made of it is as old.
    pub fn map<W>(self, of: impl FnOnce(V) -> W) -> Stale<W> {
        Stale(of(self.0))
    }

    /// The same, with another old entry; none if there is none.
    pub fn and_then<W>(self, of: impl FnOnce(V) -> Option<Stale<W>>) -> Option<Stale<W>> {
        of(self.0)
    }

    /// The same; none if nothing can be made of it.
    pub fn filter_map<W>(self, of: impl FnOnce(V) -> Option<W>) -> Option<Stale<W>> {
        of(self.0).map(Stale)
    }
}
