//! Units: the tree province → city → county → unit → department. Everything a person or an admin may see hangs on it. A unit keeps
//! every name it ever had, and is found by any part of any of them. It owns `units`, `unit_versions`,
//! `unit_names`, `unit_merges` and `merged_people`.

mod body;
mod closed;
mod department_body;
mod department_tree;
mod departments;
mod editing;
mod effects;
mod export;
pub mod import;
mod kind;
mod list;
mod merging;
mod module;
mod names;
pub mod refusals;
mod regions;
mod routes;
mod sql;
mod supervision;
mod unit;

pub(crate) use body::{NewUnit, UnitBody};
pub(crate) use closed::ReturnWaiting;
pub(crate) use departments::add_departments;
pub(crate) use editing::{NewInstitution, also_called, entered_by, stands_nowhere};
pub use kind::{Category, Grade, HospitalClass, UnitKind};
pub(crate) use merging::Moves;
pub use module::MODULE;
pub(crate) use names::kept as name_as_kept;
pub use regions::{Found, NotFounded, Region, found};
pub(crate) use sql::{lies_below, set_authority};
pub use unit::Unit;
pub(crate) use unit::listed;

use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

/// What can go wrong with a unit.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such unit, or not this admin's")]
    NotFound,
    #[error("another one is called so here")]
    NameTaken,
    #[error("another authority's institution in this division is called so")]
    OfAnother { authority: String },
    #[error("it has all the aliases that it may")]
    AliasesFull,
    #[error("a division of the region is called so")]
    NameOfDivision,
    #[error("it is closed")]
    Closed,
    #[error("what it lies in is closed")]
    ClosedAbove,
    #[error("this authority supervises it already")]
    SupervisedSo,
    #[error("something keeps it open")]
    InUse,
    #[error("open units lie in it")]
    HasUnits,
    #[error("it has been merged into another")]
    Merged,
    #[error("what is to take it in is no open institution of the admin's, or is itself")]
    NotMergedInto,
    #[error("people are still being moved")]
    MergeRuns,
    #[error("it is no institution")]
    NotAnInstitution,
    #[error("no division of the admin's has this code")]
    DivisionUnknown,
    #[error("who is to supervise it is none of the admin's regions")]
    SupervisorUnknown,
    #[error("what {0} names is no place for this department")]
    PlaceUnknown(&'static str),
    #[error("the unit has all the departments that it may")]
    TooManyDepartments,
    #[error("departments lie too deep")]
    TooDeep,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::NameTaken => Self::from(refusals::UNIT_NAME_TAKEN).at("name"),
            Error::OfAnother { authority } => Self::from(refusals::UNIT_IS_ANOTHERS).at("name").saying(
                format!("该单位由“{authority}”主管，请勿重复新增；如需确认，请转交上级主管部门处理。"),
                format!("{authority} supervises it: please hand it up to the authority above, and do not enter it twice."),
            ),
            Error::AliasesFull => Self::from(refusals::UNIT_ALIASES_FULL).at("aliases"),
            Error::NameOfDivision => Self::from(refusals::UNIT_NAME_IS_A_DIVISION).at("name"),
            Error::Closed => refusals::UNIT_CLOSED.into(),
            Error::ClosedAbove => refusals::UNIT_CLOSED_ABOVE.into(),
            Error::SupervisedSo => Self::from(refusals::UNIT_SUPERVISED_SO).at("supervisor"),
            Error::InUse => refusals::UNIT_IN_USE.into(),
            Error::HasUnits => refusals::UNIT_HAS_UNITS.into(),
            Error::Merged => refusals::UNIT_MERGED.into(),
            Error::MergeRuns => refusals::UNIT_MERGE_RUNS.into(),
            Error::NotMergedInto => Self::field("into", "it is another open unit at or below your own"),
            Error::NotAnInstitution => refusals::NOT_AN_INSTITUTION.into(),
            Error::DivisionUnknown => Self::field("division", "no division of yours has this code now"),
            Error::SupervisorUnknown => {
                Self::field("supervisor", "it is none of your regions, or the division has no such level")
            }
            Error::PlaceUnknown(field) => {
                Self::field(field, "it is none of this unit's that it could lie in or before")
            }
            Error::TooManyDepartments => refusals::DEPARTMENTS_FULL.into(),
            Error::TooDeep => refusals::DEPARTMENT_TOO_DEEP.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            Error::Database(error) => {
                tracing::error!(%error, "a unit could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
