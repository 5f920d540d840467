//! An admin who may do the act that the route names: the only check of a role.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use super::Act;
use super::table::{permits, refusal_for};
use crate::auth::{Account, Admin, Guard, refusals};
use crate::http::Problem;

/// An admin, who by the table may do the act of the route that took it. Which rows it may be done to is another question.
pub struct Permitted {
    pub admin: Admin,
    /// Made by the check below alone.
    _checked: Checked,
}

/// That the table was asked.
struct Checked;

impl<S> FromRequestParts<S> for Permitted
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, state).await?;
        let Some(act) = parts.extensions.get::<Act>() else {
            // An act without a name is refused to all: `Acting::act` is missing where the route is declared.
            let route = parts.extensions.get::<MatchedPath>().map_or("-", MatchedPath::as_str);
            tracing::error!(route, "a route of the console names no act");
            return Err(refusals::INTERNAL.into());
        };
        if admin.account.must_change_password {
            return Err(refusals::PASSWORD_CHANGE_REQUIRED.into());
        }
        check(&admin.account, *act)?;
        Ok(Self { admin, _checked: Checked })
    }
}

fn check(account: &Account, act: Act) -> Result<(), Problem> {
    if permits(account, act) {
        Ok(())
    } else {
        Err(Problem { who_may: Some(Box::new(refusal_for(account, act))), ..refusals::FORBIDDEN.into() })
    }
}
