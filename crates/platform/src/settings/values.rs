//! Settings as they were read, each kind of them by its type.

use std::any::{Any, TypeId, type_name};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::Settings;

/// What is kept of a kind of settings.
trait Kept: Any + Send + Sync + fmt::Debug {}

impl<T: Settings> Kept for T {}

/// One of each kind that is declared.
#[derive(Clone, Default)]
pub struct Values(BTreeMap<TypeId, Arc<dyn Kept>>);

impl Values {
    /// Those of a module.
    ///
    /// # Panics
    /// If no module declares them.
    pub fn of<T: Settings>(&self) -> &T {
        let kept =
            self.0.get(&TypeId::of::<T>()).unwrap_or_else(|| panic!("{} is declared", type_name::<T>()));
        let kept: &dyn Any = &**kept;
        kept.downcast_ref().expect("it is kept by its type")
    }

    /// In the place of what is kept of this kind.
    pub fn put<T: Settings>(&mut self, settings: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(settings));
    }

    /// Sets some of them otherwise.
    pub fn set<T: Settings>(&mut self, change: impl FnOnce(&mut T)) {
        let mut settings = self.of::<T>().clone();
        change(&mut settings);
        self.put(settings);
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}
