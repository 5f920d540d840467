//! What a verdict on a claim does: an approval has the person's phone replaced by the claimant's, ends all their logins, and refuses
//! what else waits for the same number; each is written to the log of the person, and told. Claims are judged one by one: the admin
//! who judges has looked at the photo.

use std::sync::{Mutex, PoisonError};

use serde_json::json;
use sqlx::{PgConnection, PgPool, query_scalar};

use super::by_phone::CLAIMED;
use super::sql::{self, Claim, Record, read_each, subject};
use super::{Error, NumberClaimId, notice};
use crate::people::phones::{self, How};
use crate::people::{self, masked_phone};
use crate::registration::sql::{become_people, count_steps, subject as of_registration};
use crate::units::lies_below;
use crate::wechat_account;
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::audit;
use zaichang_platform::auth::{Account, Guard, TokenHash};
use zaichang_platform::change::{Change, Current, Outcome};
use zaichang_platform::http::{IfMatch, Problem};
use zaichang_platform::review::{
    self as kit, Found, Judging, Reason, Refused, Step, StepRequest, StepWord, Word,
};

/// What who else has claimed the number reads.
const OF_ANOTHER: &str = "该证件号码已由另一份认领通过审核；确属本人的，请持证件原件到单位办理";

/// Claims as they are judged, with what opens them, and the logins that their approvals have ended.
pub(super) struct ClaimReviews<'a> {
    pub sealer: &'a Sealer,
    pub guard: &'a Guard,
    ended: Mutex<Vec<TokenHash>>,
}

impl<'a> ClaimReviews<'a> {
    pub fn new(guard: &'a Guard, sealer: &'a Sealer) -> Self {
        Self { sealer, guard, ended: Mutex::default() }
    }

    /// Tells this node and the others which logins have ended, once it is committed.
    pub fn tell_ended(self) {
        for session in self.ended.into_inner().unwrap_or_else(PoisonError::into_inner) {
            self.guard.sessions.session_changed(session);
        }
    }
}

/// Takes one verdict on one claim, as it was seen.
pub(super) async fn judge(
    (pool, clock): (&PgPool, &Clock),
    claims: &ClaimReviews<'_>,
    by: &Account,
    id: NumberClaimId,
    seen: &IfMatch,
    step: &Step,
) -> Result<Outcome<Claim>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let outcome = change.lock::<Claim>(id.0, seen).await.map_err(Error::from)?.ok_or(Error::NotFound)?;
    let (Ok(stands) | Err(Current { row: stands, .. })) = &outcome;
    // What the route has proved may be old: meanwhile the person may be another unit's.
    let is_below = lies_below(change.connection(), stands.record.unit.id, by.unit.id).await;
    if stands.review.state.word() == Word::Draft || !is_below.map_err(Error::from)? {
        return Err(Error::NotFound.into());
    }
    let claim = match outcome {
        Ok(claim) => claim,
        standing => return Ok(standing),
    };
    kit::judge_one(claims, &mut change, claim.clone(), step).await?;
    Ok(Ok(change.commit_row(claim).await.map_err(Error::from)?))
}

impl Judging for ClaimReviews<'_> {
    const NOUN: &'static str = subject(NumberClaimId(0)).noun;
    type Row = Claim;
    type Error = Error;

    async fn below(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        above: UnitId,
    ) -> sqlx::Result<Vec<i64>> {
        let below = query_scalar!(
            "select number_claims.id from number_claims join people on people.id = person_id
             where number_claims.id = any($1) and $2 in (select unit_and_above(people.unit_id))
                 and (select state from reviews where noun = 'number_claim' and noun_id = number_claims.id
                     order by id desc limit 1) <> 'draft'",
            ids,
            above.0,
        );
        below.fetch_all(connection).await
    }

    async fn read_each(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> Result<Vec<Found<Claim>>, Error> {
        let rows = read_each(connection, ids).await?.into_iter();
        Ok(rows.map(|(id, row)| (id.0, row.map_err(|error| Error::from(error).into()))).collect())
    }

    async fn refused(
        &self,
        connection: &mut PgConnection,
        asked: &StepRequest<'_>,
        rows: &[Claim],
    ) -> Result<Vec<Refused>, Error> {
        let mut refused = Vec::new();
        for claim in rows {
            if let Err(error) = self.may_be_judged(connection, claim, asked).await {
                refused.push((claim.id.0, error.into()));
            }
        }
        Ok(refused)
    }

    async fn take(
        &self,
        change: &mut Change<'_>,
        rows: Vec<Claim>,
        step: &Step,
    ) -> Result<Vec<Refused>, Error> {
        for claim in rows {
            if *step == Step::Approve {
                self.approve(change, &claim).await?;
            } else {
                give(change, claim, step).await?;
            }
        }
        Ok(Vec::new())
    }
}

impl ClaimReviews<'_> {
    async fn may_be_judged(
        &self,
        connection: &mut PgConnection,
        claim: &Claim,
        asked: &StepRequest<'_>,
    ) -> Result<(), Error> {
        claim.review.state.admits(asked.step).map_err(Error::NotNow)?;
        if asked.several {
            return Err(Error::Several);
        }
        if asked.step != StepWord::Approve {
            return Ok(());
        }
        // Who it is from now on has a row of their own, which may have another number and another phone.
        if claim.record.is_merged {
            return Err(Error::IsMerged);
        }
        let phone = claim.registration.phone(self.sealer)?;
        let phone = phone.ok_or(crate::registration::Error::Incomplete("phone"))?;
        // The row may have another number by now: this one is free then, or somebody else's.
        let indexes = claim.number_indexes.as_deref().unwrap_or_default();
        if !sql::has_number(connection, claim.record.person, indexes).await? {
            return Err(Error::NumberChanged);
        }
        if claim.photo_until.is_none_or(|until| until <= asked.now) {
            return Err(Error::PhotoGone);
        }
        if !claim.photo_seen_by.contains(&asked.by.id) {
            return Err(Error::PhotoUnseen);
        }
        // It may be theirs already, where the unit has put it in meanwhile.
        let Record { key_id, phone_sealed, .. } = &claim.record;
        if self.sealer.open(Kind::Phone, key_id, phone_sealed)? == phone.expose() {
            return Ok(());
        }
        if people::is_phone_registered(connection, self.sealer, &phone).await? {
            return Err(phones::Error::Taken.into());
        }
        Ok(())
    }

    /// Under the locks of the person, of all claims of their number and of what these are of.
    async fn approve(&self, change: &mut Change<'_>, claim: &Claim) -> Result<(), Error> {
        let (by, now, sealer) = (change.by(), change.now(), self.sealer);
        let person = claim.record.person;
        let phone = claim.registration.phone(sealer)?;
        let phone = phone.ok_or(crate::registration::Error::Incomplete("phone"))?;
        let owned = phones::hold(change.connection(), person).await?;
        phones::write(change.connection(), sealer, &owned, &phone, How::Unit(by.id), now).await?;
        // What was bound to WeChat by the phone before ends with it.
        wechat_account::unbind(change.connection(), person, now).await?;
        let ended = self.guard.sessions.end_all_of(change.connection(), person, None, now).await;
        let ended = ended.map_err(Error::Sessions)?;
        let registration = claim.registration.id;
        become_people(change.connection(), &[(registration.0, person)], Some(by.id), now).await?;
        kit::end(change.connection(), of_registration(registration), CLAIMED).await?;
        // What it has claimed before, and was sent back.
        for other in sql::all_of(change.connection(), registration).await? {
            if other.0 != claim.id.0 {
                kit::end(change.connection(), subject(other), CLAIMED).await?;
            }
        }
        let before = masked_phone(sealer, &claim.record.key_id, &claim.record.phone_sealed)?;
        let detail = json!({
            "claim": claim.id, "claimant": claim.review.after.name, "before": { "phone": before },
            "after": { "phone": phone.masked() }, "sessions": ended.len(),
        });
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).extend(ended);
        record(change, claim, "approve_number_claim", detail).await?;
        let review = kit::take(change.connection(), claim.review.clone(), Step::Approve, by, now).await?;
        sql::keep_photo(change.connection(), &[claim.id.0], None, Some(by.id), now).await?;
        let told = (claim.id, registration, person);
        notice::write(change.connection(), told, &review.state, by.unit.id, now).await?;
        let reason = Reason::read(OF_ANOTHER).expect("it is 2 to 200 characters without a number");
        let others = sql::waiting_of(change.connection(), person, claim.id).await?;
        for (id, other) in read_each(change.connection(), &others).await? {
            match other {
                Ok(other) => give(change, other, &Step::Reject(reason.clone())).await?,
                // A node of the next release may read it, and an admin there sees that the phone is another by now.
                Err(error) => tracing::error!(%error, claim = id.0, "a claim that is over cannot be read"),
            }
        }
        Ok(())
    }
}

/// Sends a claim back, or refuses it; it is locked.
async fn give(change: &mut Change<'_>, claim: Claim, step: &Step) -> Result<(), Error> {
    let (by, now) = (change.by(), change.now());
    let detail = json!({
        "claim": claim.id, "claimant": claim.review.after.name, "reason": step.reason().map(Reason::as_str),
    });
    record(change, &claim, &format!("{}_number_claim", step.word().word()), detail).await?;
    let review = kit::take(change.connection(), claim.review, step.clone(), by, now).await?;
    sql::keep_photo(change.connection(), &[claim.id.0], None, Some(by.id), now).await?;
    count_steps(change.connection(), &[claim.registration.id.0], by.id, now).await?;
    let told = (claim.id, claim.registration.id, claim.record.person);
    notice::write(change.connection(), told, &review.state, by.unit.id, now).await?;
    Ok(())
}

/// In the log of the person whose number it is: their unit reads it also where an authority has judged.
async fn record(
    change: &mut Change<'_>,
    claim: &Claim,
    action: &str,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    let (by, now) = (change.by(), change.now());
    let entry = audit::Entry { action, noun: "person", noun_id: claim.record.person.0, detail };
    audit::record(change.connection(), by, now, entry).await
}
