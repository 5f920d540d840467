//! What our WeChat answers when nothing is wrong with the line, as the documents of each call say. It must not know HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::simulated::{Face, MINI, OFFICIAL, Office, SECRETS, TEMPLATE, Token};

/// How long a code of the phone is good for.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(7200);
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

pub fn refused(code: i64) -> Value {
    json!({ "errcode": code, "errmsg": format!("refused, rid: {code}-test") })
}

pub fn answer(office: &mut Office, now: Timestamp, path: &str, asked: &Value) -> Value {
    let answered = match path {
        "sns/jscode2session" => session(office, now, asked, MINI, "js_code"),
        "sns/oauth2/access_token" => session(office, now, asked, OFFICIAL, "code"),
        "cgi-bin/stable_token" => stable_token(office, now, asked),
        "cgi-bin/ticket/getticket" => authorised(office, now, asked, OFFICIAL).map(
            |()| json!({ "errcode": 0, "errmsg": "ok", "ticket": "ticket-of-ours", "expires_in": 7200 }),
        ),
        _ => authorised(office, now, asked, MINI).and_then(|()| match path {
            "wxa/business/getuserphonenumber" => phone_number(office, now, asked),
            "cgi-bin/message/subscribe/send" => message(office, asked),
            "wxa/getuserriskrank" => risk_rank(office, asked),
            "cityservice/face/identify/getverifyid" => verify_id(office, asked),
            "cityservice/face/identify/queryverifyinfo" => verify_info(office, asked),
            _ => Err(48001),
        }),
    };
    answered.unwrap_or_else(refused)
}

fn text<'a>(asked: &'a Value, name: &str) -> &'a str {
    asked[name].as_str().unwrap_or("")
}

fn secret_of(app_id: &str) -> Option<&'static str> {
    match app_id {
        MINI => Some(SECRETS[0]),
        OFFICIAL => Some(SECRETS[1]),
        _ => None,
    }
}

fn session(office: &mut Office, now: Timestamp, asked: &Value, app: &str, name: &str) -> Result<Value, i64> {
    let app_id = text(asked, "appid");
    if app_id.is_empty() {
        return Err(41002);
    }
    if secret_of(app_id).ok_or(40013)? != text(asked, "secret") {
        return Err(40125);
    }
    if text(asked, "grant_type") != "authorization_code" {
        return Err(40002);
    }
    let code = office.codes.get_mut(text(asked, name)).filter(|code| code.app == app).ok_or(40029)?;
    if code.used {
        return Err(40163);
    }
    code.used = true;
    if app_id != app || now > code.given_at + CODE_LIFE {
        return Err(40029);
    }
    let mut answer = json!({ "openid": code.openid });
    if let Some(unionid) = &code.unionid {
        answer["unionid"] = unionid.as_str().into();
    }
    if app == MINI {
        answer["session_key"] = "c2Vzc2lvbi1rZXktb2Ytb3Vycw==".into();
    } else {
        answer["access_token"] = "user-token-of-ours".into();
        answer["refresh_token"] = "refresh-token-of-ours".into();
        answer["expires_in"] = 7200.into();
        answer["scope"] = "snsapi_base".into();
    }
    if code.snapshot {
        answer["is_snapshotuser"] = 1.into();
    }
    Ok(answer)
}

fn stable_token(office: &mut Office, now: Timestamp, asked: &Value) -> Result<Value, i64> {
    let app_id = text(asked, "appid").to_owned();
    if secret_of(&app_id).ok_or(40013)? != text(asked, "secret") {
        return Err(40001);
    }
    let force = asked["force_refresh"] == true;
    let held = office.tokens.get(&app_id).cloned();
    let forced_at = held.as_ref().and_then(|token| token.forced_at);
    if force && forced_at.is_some_and(|at| now < at + SignedDuration::from_secs(30)) {
        return Err(45009);
    }
    let lasts = |token: &&Token| !force && now + OVERLAP < token.expires_at;
    let token = match held.as_ref().filter(lasts) {
        Some(token) => token.clone(),
        None => {
            office.made += 1;
            let before = held.filter(|_| !force).map(|token| (token.now, now + OVERLAP));
            let forced_at = if force { Some(now) } else { forced_at };
            let named = format!("token-of-ours-{}", office.made);
            Token { now: named, expires_at: now + TOKEN_LIFE, before, forced_at }
        }
    };
    office.tokens.insert(app_id, token.clone());
    Ok(json!({ "access_token": token.now, "expires_in": token.expires_at.duration_since(now).as_secs() }))
}

fn authorised(office: &Office, now: Timestamp, asked: &Value, app: &str) -> Result<(), i64> {
    let presented = text(asked, "access_token");
    if presented.is_empty() {
        return Err(41001);
    }
    if office.poisoned.as_deref() == Some(presented) {
        return Err(40001);
    }
    let token = office.tokens.get(app).ok_or(40001)?;
    if token.before.as_ref().is_some_and(|(before, until)| before == presented && now <= *until) {
        return Ok(());
    }
    match (token.now == presented, now <= token.expires_at) {
        (true, true) => Ok(()),
        (true, false) => Err(42001),
        (false, _) => Err(40001),
    }
}

fn phone_number(office: &mut Office, now: Timestamp, asked: &Value) -> Result<Value, i64> {
    let code = office.phones.get_mut(text(asked, "code")).ok_or(40029)?;
    if code.used || now > code.given_at + CODE_LIFE {
        return Err(40029);
    }
    code.used = true;
    Ok(json!({ "errcode": 0, "errmsg": "ok", "phone_info": {
        "phoneNumber": code.number, "purePhoneNumber": code.number, "countryCode": code.country,
        "watermark": { "timestamp": now.as_second(), "appid": code.app } } }))
}

fn known(office: &Office, asked: &Value, name: &str) -> Result<String, i64> {
    let openid = text(asked, name);
    let is_known = office.codes.values().any(|code| code.app == MINI && code.openid == openid);
    is_known.then(|| openid.to_owned()).ok_or(40003)
}

fn message(office: &mut Office, asked: &Value) -> Result<Value, i64> {
    let openid = known(office, asked, "touser")?;
    if text(asked, "template_id") != TEMPLATE {
        return Err(40037);
    }
    if text(asked, "page").is_empty() || text(asked, "page").starts_with('/') {
        return Err(41030);
    }
    let data = asked["data"].as_object().ok_or(47003)?;
    let fits = |(keyword, held): (&String, &Value)| {
        let length = held["value"].as_str().map_or(0, |text| text.chars().count());
        length > 0 && (!keyword.starts_with("thing") || length <= 20)
    };
    if data.len() != 3 || !data.iter().all(fits) {
        return Err(47003);
    }
    let left = office.acceptances.get_mut(&openid).filter(|left| **left > 0).ok_or(43101)?;
    *left -= 1;
    office.messages.push(asked.clone());
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

fn risk_rank(office: &Office, asked: &Value) -> Result<Value, i64> {
    let openid = known(office, asked, "openid")?;
    if text(asked, "appid") != MINI {
        return Err(43104);
    }
    if !asked["scene"].as_i64().is_some_and(|scene| (0..=1).contains(&scene)) {
        return Err(40129);
    }
    text(asked, "client_ip").parse::<std::net::IpAddr>().map_err(|_| 47001)?;
    let rank = office.ranks.get(&openid).ok_or(61010)?;
    Ok(json!({ "errcode": 0, "errmsg": "getuserriskrank succ", "risk_rank": rank, "unoin_id": 1 }))
}

fn verify_id(office: &mut Office, asked: &Value) -> Result<Value, i64> {
    let openid = known(office, asked, "openid")?;
    let cert = &asked["cert_info"];
    let number = text(asked, "out_seq_no").to_owned();
    let is_used = office.faces.values().any(|face| face.number == number);
    if number.is_empty() || is_used || text(cert, "cert_type") != "IDENTITY_CARD" {
        return Err(40097);
    }
    office.made += 1;
    let id = format!("verify-{}", office.made);
    let (name, id_number) = (text(cert, "cert_name").to_owned(), text(cert, "cert_no").to_owned());
    office.faces.insert(id.clone(), Face { number, openid, name, id_number, ret: 0 });
    Ok(json!({ "errcode": 0, "errmsg": "ok", "verify_id": id, "expires_in": 3600 }))
}

fn verify_info(office: &Office, asked: &Value) -> Result<Value, i64> {
    let face = office.faces.get(text(asked, "verify_id")).ok_or(40097)?;
    let [kind, name, number] =
        ["IDENTITY_CARD", &face.name, &face.id_number].map(|part| STANDARD.encode(part));
    let hash = hex::encode(Sha256::digest(format!("cert_type={kind}&cert_name={name}&cert_no={number}")));
    let same = text(asked, "cert_hash") == hash
        && text(asked, "openid") == face.openid
        && text(asked, "out_seq_no") == face.number;
    if !same {
        return Err(40097);
    }
    Ok(json!({ "errcode": 0, "errmsg": "ok", "verify_ret": face.ret }))
}
