//! Where the model's commits leave what is remembered as a repeat: it must have been committed before.

use std::sync::Arc;

use super::invariant::Invariant;
use super::record::CheckIn;
use super::store::Store;

#[derive(Clone)]
pub(super) struct Seen(pub Arc<Store>);

impl Seen {
    pub(super) fn keep(&self, check_ins: &[CheckIn]) {
        for check_in in check_ins {
            let stored =
                self.0.state().of(check_in.slot.course).rows.get(&check_in.slot).map(|(row, _)| *row);
            self.0.holds(Invariant::published_is_committed, stored == Some(*check_in), || {
                format!("remembered {check_in:?}, stored {stored:?}")
            });
        }
    }

    pub(super) async fn remember(&self, check_ins: &[CheckIn]) {
        self.0.moment().await;
        self.keep(check_ins);
    }
}
