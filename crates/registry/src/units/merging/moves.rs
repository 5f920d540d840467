//! What goes with a unit that is merged into another: modules say what they keep of units, and it is given to the other in the same
//! transaction. It knows no module's rows.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;

use zaichang_core::ids::UnitId;
use zaichang_platform::change::Change;

/// Gives what is kept of the first unit to the second, which is called so; gives how many things that were. The change holds the rows
/// of both, and no account's yet.
type Move = for<'a, 'c> fn(&'a mut Change<'c>, UnitId, UnitId, &'a str) -> BoxFuture<'a, sqlx::Result<usize>>;

/// What goes with each merge.
#[derive(Clone, Default)]
pub(crate) struct Moves(Arc<RwLock<Vec<(&'static str, Move)>>>);

impl Moves {
    /// With each merge go things whose number the log calls so.
    pub fn of(&self, number: &'static str, give: Move) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push((number, give));
    }

    /// Gives them to the other unit, in the order in which they were declared; how many of each.
    pub(super) async fn go(
        &self,
        change: &mut Change<'_>,
        (from, into): (UnitId, UnitId),
        name: &str,
    ) -> sqlx::Result<Vec<(&'static str, usize)>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut moved = Vec::new();
        for (number, give) in known {
            moved.push((number, give(&mut *change, from, into, name).await?));
        }
        Ok(moved)
    }
}
