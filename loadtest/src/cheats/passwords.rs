//! A password for those who are not logged in yet, so that they can log in as people do: with the pass of their scan. One for all,
//! hashed cheaply: what is measured is not the hash. It must not be used on people who are real.

use anyhow::Context as _;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use sqlx::PgPool;

use super::cast::Actor;
use crate::demo::Demo;

/// Of all who are not logged in.
pub(super) const PASSWORD: &str = "invented for the hall";

/// The account of a person.
pub(super) fn account(person: i64) -> String {
    format!("hall-{person}")
}

/// Gives it to all who come without a login.
pub(super) async fn give(pool: &PgPool, actors: &[Actor], demo: &Demo) -> anyhow::Result<()> {
    let without = actors.iter().filter(|actor| !actor.logged_in);
    let people: Vec<i64> = without.map(|actor| demo.people[actor.person].id).collect();
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).context("the least that argon2 allows")?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password(PASSWORD.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
    sqlx::query("update people set account = 'hall-' || id, password_hash = $2 where id = any($1)")
        .bind(people)
        .bind(hash.to_string())
        .execute(pool)
        .await?;
    Ok(())
}
