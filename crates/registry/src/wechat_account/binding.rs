//! Whose WeChat account it is: looked up at a login, bound after proof, and ended when another takes its place.
//! One openid binds one person, and one person one openid of each account; a unionid joins the accounts.
//! It must not prove who a person is: the caller has. A binding, or a login by what is bound, locks the person before all else, as
//! replacing their phone does.

use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection, PgPool};

use super::sql;
use zaichang_core::ids::PersonId;
use zaichang_integrations::wechat::Identity;

/// How it was proved whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Proof {
    /// The phone, by WeChat.
    PhoneCode,
    /// The phone, by an SMS code.
    SmsCode,
    /// The same WeChat user is bound with our other account.
    Unionid,
}

impl Proof {
    pub(super) fn word(self) -> &'static str {
        self.into()
    }
}

/// Who logs in with this WeChat account, if it is bound. Known with our other account only, it is bound with this one too,
/// unless the person has another WeChat account bound with this one: that takes a proof.
pub async fn bound(
    pool: &PgPool,
    app_id: &str,
    identity: &Identity,
    now: Timestamp,
) -> sqlx::Result<Option<PersonId>> {
    let mut connection = pool.acquire().await?;
    let unionid = identity.unionid.as_deref();
    if let Some((person, knows_unionid)) = sql::by_openid(&mut connection, app_id, &identity.openid).await? {
        if let Some(unionid) = unionid.filter(|_| !knows_unionid) {
            sql::learn_unionid(&mut connection, app_id, &identity.openid, unionid).await?;
        }
        return Ok(Some(person));
    }
    let Some(unionid) = unionid else { return Ok(None) };
    let mut transaction = connection.begin().await?;
    // Two people cannot have one unionid, as binding ends the other. Should they all the same, none is chosen.
    let [person] = sql::by_unionid(&mut transaction, unionid).await?[..] else { return Ok(None) };
    sql::hold_person(&mut transaction, person).await?;
    // Waits for a concurrent binding of this WeChat user to another person, who proves it once more.
    sql::lock(&mut transaction, &lock_of_unionid(unionid)).await?;
    if sql::by_unionid(&mut transaction, unionid).await? != [person] {
        return Ok(None);
    }
    sql::insert(&mut transaction, app_id, identity, person, Proof::Unionid, now).await?;
    transaction.commit().await?;
    Ok(Some(person))
}

/// Whether this account at WeChat is still bound to this person; it stays so until the transaction ends. A login that was judged by what
/// stood before opens no session afterwards.
pub async fn stays_bound(
    transaction: &mut PgConnection,
    app_id: &str,
    openid: &str,
    person: PersonId,
) -> sqlx::Result<bool> {
    sql::hold_person(transaction, person).await?;
    sql::stays_bound(transaction, app_id, openid, person).await
}

fn lock_of_person(person: PersonId) -> String {
    format!("wechat person {person}")
}

fn lock_of_unionid(unionid: &str) -> String {
    format!("wechat unionid {unionid}")
}

/// Binds, and ends what stands against it. Gives the people whose binding ended: their sessions are to end as well.
/// In a transaction of the caller's.
pub async fn bind(
    transaction: &mut PgConnection,
    app_id: &str,
    identity: &Identity,
    person: PersonId,
    proof: Proof,
    now: Timestamp,
) -> sqlx::Result<Vec<PersonId>> {
    sql::hold_person(transaction, person).await?;
    // A concurrent binding of the same person or WeChat account waits; all take their locks in one order.
    let mut locks = vec![lock_of_person(person), format!("wechat openid {app_id} {}", identity.openid)];
    locks.extend(identity.unionid.as_deref().map(lock_of_unionid));
    locks.sort_unstable();
    for lock in &locks {
        sql::lock(transaction, lock).await?;
    }
    let mut ended = sql::end_rebound(transaction, app_id, identity, person, now).await?;
    ended.extend(sql::end_taken(transaction, app_id, identity, person, now).await?);
    sql::insert(transaction, app_id, identity, person, proof, now).await?;
    ended.sort_unstable();
    ended.dedup();
    Ok(ended)
}

/// Ends all that the person has bound, and forgets their agreements to notifications: the next login takes a proof again. All of
/// it, as a binding that was left would restore the others by its unionid. Gives the accounts. In a transaction of the caller's.
pub async fn unbind(
    transaction: &mut PgConnection,
    person: PersonId,
    now: Timestamp,
) -> sqlx::Result<Vec<String>> {
    // In the order of `bind`, in which a person comes before a unionid.
    sql::lock(transaction, &lock_of_person(person)).await?;
    for unionid in sql::unionids_of(transaction, person).await? {
        sql::lock(transaction, &lock_of_unionid(&unionid)).await?;
    }
    sql::clear_all_acceptances(transaction, person).await?;
    sql::end_unbound(transaction, person, now).await
}

/// The openid by which the person is reached with this account.
pub async fn openid_of(pool: &PgPool, app_id: &str, person: PersonId) -> sqlx::Result<Option<String>> {
    sql::openid_of(pool, app_id, person).await
}
