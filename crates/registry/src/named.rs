//! A unit or a department as other things name it.

use serde::Serialize;
use utoipa::ToSchema;

use zaichang_core::ids::UnitId;

/// A unit or a department, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NamedUnit)]
pub(crate) struct Named {
    pub id: UnitId,
    pub name: String,
}
