//! 微信人脸核身: WeChat compares the face before the phone with the one that goes with a name and an ID number.
//! The phone's own result is never believed: the server asks WeChat. It never sees a photo. It must not know why it is asked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::call::Call;
use super::{App, Error, Wechat};
use zaichang_core::IdNumber;

/// The only kind of document that WeChat takes.
const ID_CARD: &str = "IDENTITY_CARD";

/// Whose face it must be.
pub struct CertInfo<'a> {
    pub name: &'a str,
    pub id_number: &'a IdNumber,
}

/// A check that the phone may begin now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacialCheck {
    /// What the phone hands to `wx.requestFacialVerify`.
    pub verify_id: String,
    pub expires_in_s: i64,
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacialOutcome {
    Passed,
    /// The face is another one, or the user gave up; with WeChat's number.
    Failed(i64),
    /// Not decided yet.
    Pending,
}

#[derive(Deserialize)]
struct VerifyId {
    verify_id: String,
    expires_in: i64,
}

#[derive(Deserialize)]
struct VerifyInfo {
    #[serde(default)]
    verify_ret: i64,
}

impl CertInfo<'_> {
    /// The digest by which WeChat is reminded of the person: SHA-256 over each part in base64.
    fn hash(&self) -> String {
        let [kind, name, number] =
            [ID_CARD, self.name, self.id_number.expose()].map(|part| STANDARD.encode(part));
        hex::encode(Sha256::digest(format!("cert_type={kind}&cert_name={name}&cert_no={number}")))
    }
}

impl Wechat {
    /// Asks for a check. `number` is ours, never used twice.
    pub async fn ask_face(
        &self,
        openid: &str,
        number: &str,
        cert: &CertInfo<'_>,
    ) -> Result<FacialCheck, Error> {
        let body = json!({
            "out_seq_no": number,
            "cert_info": { "cert_type": ID_CARD, "cert_name": cert.name, "cert_no": cert.id_number.expose() },
            "openid": openid,
        });
        let answer: VerifyId = self.account(App::MiniProgram)?.post(Call::GetVerifyId, &body).await?;
        if answer.verify_id.is_empty() || answer.verify_id.len() > 256 {
            return Err(Error::Malformed { status: 200 });
        }
        Ok(FacialCheck { verify_id: answer.verify_id, expires_in_s: answer.expires_in })
    }

    /// What became of it: passed only where WeChat says so in both its numbers.
    pub async fn face_verdict(
        &self,
        openid: &str,
        number: &str,
        verify_id: &str,
        cert: &CertInfo<'_>,
    ) -> Result<FacialOutcome, Error> {
        let body = json!({ "verify_id": verify_id, "out_seq_no": number, "cert_hash": cert.hash(), "openid": openid });
        let answer: VerifyInfo = self.account(App::MiniProgram)?.post(Call::QueryVerifyInfo, &body).await?;
        Ok(match answer.verify_ret {
            10_000 => FacialOutcome::Passed,
            0 => FacialOutcome::Pending,
            number => FacialOutcome::Failed(number),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule of "queryVerifyInfo", computed apart with `base64` and `sha256sum`.
    #[test]
    fn the_digest_of_a_person_follows_the_documented_rule() {
        let id_number = IdNumber::try_from("11010519491231002X".to_owned()).unwrap();
        let hash = CertInfo { name: "张三", id_number: &id_number }.hash();
        assert_eq!(hash, "471b502b022b21f3e120c5deb08295259bd77cac82956ebffc055c6fced73ce0");
    }
}
