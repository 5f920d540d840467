//! The yardstick servers: the same request, an answer of the same size, and only the work that each stands for.
//! They run in processes of their own, as the service does. They must not know what measures them.

mod body;
mod ceiling;
mod naive;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;

pub use body::{Ask, NewRow, answer};

/// What a yardstick does with a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Yardstick {
    /// Parses and answers.
    Noop,
    /// One insert per request.
    Naive,
    /// Group commit, and nothing else: no judging, no login, no Redis.
    Ceiling,
}

#[derive(Clone)]
enum Store {
    Nowhere,
    Naive(naive::Naive),
    Ceiling(ceiling::Ceiling),
}

/// Serves until the process ends. The address is given to `ready` once it listens.
pub async fn serve(
    yardstick: Yardstick,
    listen: SocketAddr,
    database_url: Option<&str>,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let database_url = || database_url.context("this yardstick writes: name a database with --database-url");
    let store = match yardstick {
        Yardstick::Noop => Store::Nowhere,
        Yardstick::Naive => Store::Naive(naive::Naive::open(database_url()?).await?),
        Yardstick::Ceiling => Store::Ceiling(ceiling::Ceiling::open(database_url()?).await?),
    };
    let app = Router::new().route("/api/v1/check-ins", post(check_in)).with_state(Arc::new(store));
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    ready(listener.local_addr()?);
    axum::serve(tcp_nodelay(listener), app).await?;
    Ok(())
}

/// Small answers are not held back, as the service does not hold them back.
fn tcp_nodelay(listener: TcpListener) -> impl axum::serve::Listener<Addr = SocketAddr> {
    use axum::serve::ListenerExt as _;
    listener.tap_io(|stream| {
        // A failure costs only a little time.
        let _ = stream.set_nodelay(true);
    })
}

async fn check_in(State(store): State<Arc<Store>>, Json(ask): Json<Ask>) -> Response {
    let Some(row) = NewRow::of(&ask) else { return StatusCode::BAD_REQUEST.into_response() };
    let stored = match &*store {
        Store::Nowhere => Ok(()),
        Store::Naive(naive) => naive.insert(&row).await,
        Store::Ceiling(ceiling) => ceiling.insert(row).await,
    };
    match stored {
        Ok(()) => {
            (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], answer(&row)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
