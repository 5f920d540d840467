//! A node of the release before, beside this one: by its own statements, as they stood, it opens no session for an account whose rights it
//! cannot read.

use serde_json::json;
use sqlx::{Postgres, Transaction};
use zaichang_platform::auth::Role;

use super::{
    COUNTY, HOSPITAL, PROVINCE, accept, disable, filled, join, make, me, reset, staff, token_of, unit,
};
use crate::test_server::{Answer, TestServer};

/// What such a node does with a link of this token: it makes a full admin of an authority, whatever the link is for.
async fn used_by_an_older_node(server: &TestServer, token: &str, authority: i64) -> sqlx::Result<()> {
    let hash = zaichang_platform::auth::Token::hash_of(token).unwrap();
    let mut transaction: Transaction<'_, Postgres> = server.service.pool.begin().await?;
    let account: i64 = sqlx::query_scalar(
        "insert into accounts (unit_id, account, name, role, password_hash, phone_sealed, phone_index, totp_sealed, key_id,
             second_factor, totp_step)
         select $1, 'intruder', '李敏', 'authority_admin', '', phone_sealed, phone_index, totp_sealed, key_id, second_factor, totp_step
         from accounts where phone_sealed is not null order by id desc limit 1 returning id",
    )
    .bind(authority)
    .fetch_one(&mut *transaction)
    .await?;
    sqlx::query("update admin_links set ended_at = $2, account_id = $3 where token_hash = $1")
        .bind(hash.as_slice())
        .bind(jiff_sqlx::ToSqlx::to_sqlx(server.now()))
        .bind(account)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

fn constraint(refused: sqlx::Result<()>) -> Option<String> {
    Some(refused.unwrap_err().as_database_error()?.constraint()?.to_owned())
}

async fn links(server: &TestServer, by: &str, unit: i64, rights: serde_json::Value) -> Answer {
    let body = json!({ "meant_for": "李敏", "rights": rights });
    server.service.post(&format!("/api/v1/units/{unit}/admin-links"), Some(by), body).await.is(201, "")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_of_a_unit_makes_an_admin_of_an_authority_there() {
    let server = TestServer::open().await;
    let (province, _) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let authority = unit(&server, PROVINCE).await;
    let second = join(&server, first, hospital, "yuelu-limin").await;
    let path = format!("/api/v1/admin-accounts/{}/factor-links", second.account);
    let factor = server.service.post(&path, Some(first), json!({})).await.is(201, "");
    let of_others = [
        make(&server, first, hospital).await.is(201, ""),
        make(&server, &province, unit(&server, COUNTY).await).await.is(201, ""),
        // Of the authority itself, but of a sub-account.
        links(&server, &province, authority, json!(["reading"])).await,
        factor,
    ];
    for made in &of_others {
        let refused = used_by_an_older_node(&server, &token_of(made).0, authority).await;
        assert_eq!(constraint(refused).as_deref(), Some("admin_link_makes_the_admin_it_is_for"));
    }
    // Nor does one whose maker may not any more.
    let (other, others) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let made = make(&server, &other, authority).await.is(201, "");
    server.sql(&format!("update accounts set disabled_at = now() where id = {others}")).await;
    let refused = used_by_an_older_node(&server, &token_of(&made).0, authority).await;
    assert_eq!(constraint(refused).as_deref(), Some("admin_link_makes_the_admin_it_is_for"));

    // `admin create` there ends the server's link alone.
    server.sql("update admin_links set ended_at = now() where ended_at is null").await;
    let (body, _) = filled(&server, &token_of(&of_others[0]).0, "yuelu-next").await;
    accept(&server, &body).await.is(201, "");
    disable(&server, first, second.account).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sub_accounts_and_given_passwords_are_none_there() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let second = join(&server, first, hospital, "yuelu-limin").await;
    // As it reads them.
    let role = async || -> String {
        let role = "select role from accounts where id = $1 and disabled_at is null";
        sqlx::query_scalar(role).bind(second.account).fetch_one(&server.service.pool).await.unwrap()
    };
    let hash = async || -> String {
        let hash = "select password_hash from accounts where account = $1 and disabled_at is null";
        sqlx::query_scalar(hash).bind(&second.name).fetch_one(&server.service.pool).await.unwrap()
    };
    assert_eq!(role().await.parse(), Ok(Role::UnitAdmin));
    assert!(hash().await.starts_with("$argon2id$"));

    let account = format!("/api/v1/admin-accounts/{}", second.account);
    let desk = json!({ "rights": ["desk"] });
    server.service.patch_seen(&account, Some(first), "*", &desk).await.is(200, "");
    assert!(role().await.parse::<Role>().is_err(), "it cannot be read");
    assert_eq!(me(&server, &second.session).await.is(200, "").body["role"], "unit_admin");
    let all = json!({ "rights": null });
    server.service.patch_seen(&account, Some(first), "*", &all).await.is(200, "");
    assert_eq!(role().await.parse(), Ok(Role::UnitAdmin));

    reset(&server, first, second.account).await.is(200, "");
    assert!(role().await.parse::<Role>().is_err(), "nor who has still to choose a password");
    assert_eq!(hash().await, "!", "no password has this hash");
    server.close().await;
}
