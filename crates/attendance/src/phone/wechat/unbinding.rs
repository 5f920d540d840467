//! Undoing a binding: people who are logged in undo their own. The binding is closed, not deleted; check-ins and credits are
//! not touched.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::{WechatState, stored};
use zaichang_integrations::wechat::App;
use zaichang_platform::auth::{Attendee, ClientKind};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, cookies};
use zaichang_registry::wechat_account;

/// Undo one's WeChat binding. The next login by WeChat asks for name, ID number and phone again.
#[utoipa::path(delete, path = "/api/v1/me/wechat/binding", tag = "people", responses(
    (status = 204, description = "No WeChat account is bound to the person any more, and the mini-program is logged out everywhere; \
        web pages too, where the Official Account was bound. The same where nothing was bound."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
pub(super) async fn unbind_wechat(
    State(state): State<Arc<WechatState>>,
    attendee: Attendee,
) -> Result<Response, Problem> {
    let guard = &state.phones.guard;
    let now = guard.clock.now();
    let mini_program = state.wechat.app_id(App::MiniProgram).ok();
    let mut transaction = state.phones.pool.begin().await.map_err(stored)?;
    let accounts = wechat_account::unbind(&mut transaction, attendee.person, now).await.map_err(stored)?;
    // Sessions opened by SMS code or password end as well: they may be open inside that same WeChat account.
    let of_pages = accounts.iter().any(|account| Some(account.as_str()) != mini_program);
    let mut ended = Vec::new();
    for kind in [Some(ClientKind::Wechat), of_pages.then_some(ClientKind::H5)].into_iter().flatten() {
        ended.extend(guard.sessions.end_all(&mut transaction, &[attendee.person], kind, now).await?);
    }
    transaction.commit().await.map_err(stored)?;
    let cookie = ended
        .contains(&attendee.session)
        .then(|| AppendHeaders([cookies::header(&cookies::forget(cookies::SESSION, guard.secure, false))]));
    for session in ended {
        guard.sessions.session_changed(session);
    }
    Ok((StatusCode::NO_CONTENT, cookie, ()).into_response())
}
