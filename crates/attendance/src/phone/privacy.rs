//! Consent to the privacy notice (个人信息保护法): kept once per person and version, sent by the page that has shown the notice.
//! It must not know what the notice says: that stands beside the pages, with the version.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Deserialize;
use sqlx::{PgPool, query};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::module::PhoneState;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::{self, Attendee, ClientKind};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_registry::people::PRIVACY_NOTICE as VERSION;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(consent))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PrivacyConsent {
    /// The version of the notice that was on screen.
    #[schema(example = "2026-11-29", max_length = 10)]
    version: String,
    /// Where it was shown.
    client_kind: ClientKind,
}

/// Keep that the person has agreed to the privacy notice. Said again, the first time stands.
#[utoipa::path(post, path = "/api/v1/me/privacy-consents", tag = "people", request_body = PrivacyConsent, responses(
    (status = 204, description = "kept"),
    (status = 400, body = ProblemBody, description = "bad_request: a notice that does not hold now"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn consent(
    State(phones): State<Arc<Phones>>,
    attendee: Attendee,
    Checked(given): Checked<PrivacyConsent>,
) -> Result<StatusCode, Problem> {
    if given.version != VERSION {
        return Err(Problem::field("version", "it is not the version of the notice that holds now"));
    }
    keep(&phones.pool, attendee.person, given.client_kind, phones.clock.now())
        .await
        .map_err(auth::Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn keep(pool: &PgPool, person: PersonId, client: ClientKind, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "insert into privacy_consents (person_id, version, client_kind, given_at) values ($1, $2, $3, $4)
         on conflict on constraint privacy_consent_is_one_per_version do nothing",
        person.0,
        VERSION,
        client.word(),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_show_the_notice_that_holds() {
        let pages = include_str!("../../../../mobile-bridge/core/src/words/privacy-version.ts");
        assert!(pages.contains(&format!("'{VERSION}'")), "{pages}");
    }
}
