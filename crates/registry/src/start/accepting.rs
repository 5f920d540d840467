//! How a link is judged and used: it makes one admin, of the unit that it is for or of the deployment's authority, which it founds if
//! there is none yet, in one transaction. What dies on the way has done nothing, and the link works again. It must not know how a
//! link is asked about.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::authenticator::{self, SetUp};
use super::body::{Acceptance, FactorAcceptance, NewAuthority};
use super::{Error, body};
use crate::admin_links::{self, LinkUse, Made, Presented, Reset};
use crate::deployment;
use crate::units::{self, NotFounded};
use zaichang_core::Phone;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_core::totp::Secret;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::accounts::{self, NewAccount, NewFactor};
use zaichang_platform::auth::notice::{self, AccountEvent};
use zaichang_platform::auth::password::Password;
use zaichang_platform::auth::sms_code::{self, AskedBy, Owner};
use zaichang_platform::auth::{
    self, Account, AccountName, AccountUnit, Address, By, Guard, Lane, OpenedFrom, Role, SecondFactor, Token,
    TokenHash, password,
};
use zaichang_platform::http::Problem;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::messages::{Message, Sender};

/// Links that are looked up at once, and requests that wait for their turn: an indexed read takes about a millisecond, so that the last
/// of them waits for a second, and however many strangers send what is none, the connections to Postgres stay free.
const LOOK_UPS: (usize, usize) = (4, 4096);
/// The same of what no key of this node has signed: strangers make it up, or a node with other keys has made it. They wait for each
/// other alone, and few of them.
const UNSIGNED: (usize, usize) = (1, 64);
/// Wrong codes of a link at once, and how soon another may be tried: by its holder, as others do not know it.
const WRONG_CODES: u32 = 20;
const WRONG_CODES_EACH: Duration = Duration::from_mins(1);
const LINKS: usize = 1 << 12;
/// Within which the messages of one admin's links are counted together.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What links are judged by.
#[derive(Clone)]
pub(super) struct Links {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    pub sealer: Sealer,
    pub messages: Arc<dyn Sender>,
    pub limits: Arc<Limits>,
    pub settings: auth::Settings,
}

/// How often something may be asked about links, on this node.
pub(super) struct Limits {
    look_ups: Lane,
    unsigned: Lane,
    wrong_codes: Budget,
}

impl Default for Limits {
    fn default() -> Self {
        let lane = |(at_once, waiting)| Lane::new(at_once, waiting);
        Self {
            look_ups: lane(LOOK_UPS),
            unsigned: lane(UNSIGNED),
            wrong_codes: Budget::new(WRONG_CODES, WRONG_CODES_EACH, LINKS),
        }
    }
}

/// The admin that a link has made, and their session.
pub(super) struct Accepted {
    pub account: String,
    pub unit: AccountUnit,
    pub token: Token,
    pub lasts_s: i64,
}

impl Links {
    /// What the admin of this link will prove besides the password: a code by SMS where messages reach phones, unless an
    /// authenticator is demanded of them.
    pub fn second_factor(&self, link: &Presented) -> SecondFactor {
        let role = link.target.as_ref().map_or(Role::AuthorityAdmin, |target| target.role);
        if self.messages.delivers() && !self.settings.demands_totp(role) {
            SecondFactor::Sms
        } else {
            SecondFactor::Totp
        }
    }

    /// The link of this token, if it lives, and the unit whose admin it makes; none where the authority is still to be founded. It is
    /// looked up before any limit is asked, as none can be guessed, and apart from links that no key has signed: a right link is not
    /// refused because of other requests. A wrong one counts against its address.
    pub async fn living(
        &self,
        address: Address,
        token: &str,
    ) -> Result<(TokenHash, Presented, Option<AccountUnit>), Problem> {
        let signed = admin_links::is_of_a_link(token, &self.keys);
        self.looked_up(token, signed).await.map_err(|error| match error {
            wrong @ Error::LinkWrong => self.guard.failures.count(address.0, wrong),
            // Links that are made up, beyond those that are looked up, count as failures each.
            busy @ Error::Auth(auth::Error::Busy) if !signed => self.guard.failures.count(address.0, busy),
            error => error.into(),
        })
    }

    async fn looked_up(
        &self,
        token: &str,
        signed: bool,
    ) -> Result<(TokenHash, Presented, Option<AccountUnit>), Error> {
        let hash = Token::hash_of(token).ok_or(Error::LinkWrong)?;
        let _turn = if signed { &self.limits.look_ups } else { &self.limits.unsigned }.turn().await?;
        let mut connection = self.pool.acquire().await?;
        let presented = self.judged(&mut connection, &hash).await?;
        let unit = match &presented.target {
            Some(target) => Some(target.unit.clone()),
            None => deployment::authority(&mut connection).await?,
        };
        Ok((hash, presented, unit))
    }

    async fn judged(&self, connection: &mut PgConnection, hash: &TokenHash) -> Result<Presented, Error> {
        let presented = admin_links::presented(connection, hash).await?.ok_or(Error::LinkWrong)?;
        if presented.is_ended {
            return Err(Error::LinkEnded);
        }
        if presented.link.expires_at <= self.guard.clock.now() {
            return Err(Error::LinkExpired);
        }
        if presented.target.as_ref().is_some_and(|target| target.is_closed) {
            return Err(Error::UnitClosed);
        }
        Ok(presented)
    }

    /// Counts that the link was opened; gives what it was used for before.
    pub async fn opened(&self, hash: &TokenHash) -> Result<LinkUse, Error> {
        Ok(admin_links::count_opening(&self.pool, hash, self.guard.clock.now()).await?)
    }

    /// Sets an authenticator up for a request with this link: another one each time.
    pub async fn set_up(&self, hash: &TokenHash, link: &Presented) -> Result<(SetUp, LinkUse), Error> {
        let made = authenticator::set_up(&self.sealer, hash, link.link.expires_at)?;
        Ok((made, admin_links::count_authenticator(&self.pool, hash).await?))
    }

    /// Sends a code to the phone that is to be the admin's. It belongs to the link, which has a few messages in its life: its holder
    /// may name any phone.
    pub async fn send_code(&self, hash: &TokenHash, phone: &str) -> Result<(), Problem> {
        let phone = body::phone(phone)?;
        let index = self.sealer.index(Kind::Phone, phone.expose());
        let mut transaction = self.pool.begin().await.map_err(Error::from)?;
        let owner = Owner { phone_index: &index, device: &device_of(hash) };
        let now = self.guard.clock.now();
        let counted = admin_links::count_message(&mut transaction, hash, now - A_DAY).await;
        if !counted.map_err(Error::from)? {
            return Err(Error::MessagesUsedUp.into());
        }
        let code = sms_code::make(&mut transaction, &self.keys, owner, AskedBy::Link, now).await?;
        transaction.commit().await.map_err(Error::from)?;
        let sender = Arc::clone(&self.messages);
        tokio::spawn(async move {
            if let Err(error) = sender.send(&phone, Message::LoginCode(&code)).await {
                tracing::error!(%error, maybe = error.may_have_been_sent, "the code for a new admin was not sent");
            }
        });
        Ok(())
    }

    /// Uses a link that makes a new account. Its wrong codes are its holder's: they are counted for the link alone.
    pub async fn accept(
        &self,
        address: Address,
        acceptance: Acceptance,
        from: &OpenedFrom,
    ) -> Result<Accepted, Problem> {
        let (hash, link, _) = self.living(address, &acceptance.token).await?;
        if link.target.as_ref().is_some_and(|target| target.resets.is_some()) {
            return Err(Error::OtherPurpose.into());
        }
        let (wrong_codes, now) = (&self.limits.wrong_codes, self.guard.clock.now());
        wrong_codes.admit(hash, now)?;
        let accepted = self.judge(&hash, &link, acceptance, from).await;
        if !accepted.as_ref().is_err_and(|problem| problem.refusal.is_wrong_guess()) {
            wrong_codes.give_back(hash, now);
        }
        accepted
    }

    async fn judge(
        &self,
        hash: &TokenHash,
        link: &Presented,
        acceptance: Acceptance,
        from: &OpenedFrom,
    ) -> Result<Accepted, Problem> {
        let Acceptance {
            token: _,
            authority,
            name,
            phone,
            account,
            password,
            authenticator_ticket: ticket,
            one_time_code: code,
        } = acceptance;
        if let Some(NewAuthority { name, .. }) = &authority {
            body::authority_name(name)?;
        }
        let (name, phone) = (admin_links::name("name", &name)?, body::phone(&phone)?);
        let account = AccountName::parse(&account)?;
        password::strong(&password, &account)?;
        self.is_free(hash, link, &account).await?;
        let secret = self.secret_of(hash, link, ticket.as_deref())?;
        let password_hash = password::hash_new(password).await?;
        // The code last of all: one that was sent works once.
        let second_factor = self.proved(hash, secret.as_ref(), &phone, &code).await?;
        let mut new = NewAccount {
            // Known once the authority is.
            unit: UnitId(0),
            account: &account,
            name,
            role: Role::AuthorityAdmin,
            rights: None,
            password_hash: &password_hash,
            phone: &phone,
            second_factor,
        };
        let of_unit = link.target.is_some();
        Ok(self.use_up(hash, of_unit, authority.as_ref(), &mut new, from).await?)
    }

    /// Refuses a name that another account has. Each is counted before it is looked for: the holder of a unit's link learns of few
    /// names whether they are taken. The holder of one that the server has made may read all of them.
    async fn is_free(&self, hash: &TokenHash, link: &Presented, account: &AccountName) -> Result<(), Error> {
        let is_counted = link.target.is_some();
        if is_counted && !admin_links::count_try(&self.pool, hash).await? {
            return Err(Error::LinkEnded);
        }
        if accounts::is_taken(&self.pool, account).await? {
            return Err(auth::Error::AccountTaken.into());
        }
        if is_counted {
            admin_links::give_back_try(&self.pool, hash).await?;
        }
        Ok(())
    }

    /// The secret of the authenticator that was set up; none where the phone is proved instead.
    fn secret_of(
        &self,
        hash: &TokenHash,
        link: &Presented,
        ticket: Option<&str>,
    ) -> Result<Option<Secret>, Problem> {
        if self.second_factor(link) == SecondFactor::Sms {
            return Ok(None);
        }
        let ticket = ticket.ok_or_else(|| {
            Problem::field("authenticator_ticket", "it is required: set an authenticator up first")
        })?;
        let brought_back = authenticator::brought_back(&self.sealer, hash, ticket, self.guard.clock.now());
        Ok(Some(brought_back.ok_or(Error::TicketWrong)?))
    }

    /// What the code proves: the authenticator, or the phone.
    async fn proved<'a>(
        &self,
        hash: &TokenHash,
        secret: Option<&'a Secret>,
        phone: &Phone,
        code: &str,
    ) -> Result<NewFactor<'a>, Error> {
        let now = self.guard.clock.now();
        let Some(secret) = secret else {
            let index = self.sealer.index(Kind::Phone, phone.expose());
            let owner = Owner { phone_index: &index, device: &device_of(hash) };
            let mut connection = self.pool.acquire().await?;
            sms_code::accept(&mut connection, &self.keys, owner, code.trim(), now).await?;
            return Ok(NewFactor::Sms);
        };
        let step = secret.step_of(code.trim(), now, None);
        Ok(NewFactor::Totp { secret, step: step.ok_or(auth::Error::TotpCodeWrong)? })
    }

    /// Uses a link that sets the second factor of an account anew. Its password is asked for: the link alone opens nothing. Wrong ones
    /// are the holder's, counted in the link's row: strangers who guess at the account's logins do not keep the holder from it, nor
    /// does a reader of the link keep the account from its logins.
    pub async fn set_factor(
        &self,
        address: Address,
        wanted: FactorAcceptance,
        from: &OpenedFrom,
    ) -> Result<Accepted, Problem> {
        let (hash, link, _) = self.living(address, &wanted.token).await?;
        let FactorAcceptance { token: _, password, phone, authenticator_ticket: ticket, one_time_code: code } =
            wanted;
        let resets = link.target.as_ref().and_then(|target| target.resets.as_ref());
        let of = resets.ok_or(Error::OtherPurpose)?;
        let phone = body::phone(&phone)?;
        let stood = self.password_of(&hash, of, password, address).await?;
        let (wrong_codes, now) = (&self.limits.wrong_codes, self.guard.clock.now());
        wrong_codes.admit(hash, now)?;
        let judged = self.judge_factor(&hash, &link, &stood, &phone, ticket.as_deref(), &code, from).await;
        if !judged.as_ref().is_err_and(|problem| problem.refusal.is_wrong_guess()) {
            wrong_codes.give_back(hash, now);
        }
        judged
    }

    /// What the account's password is kept as, if it is this one. Each is counted before it is judged, so that many at once are no more
    /// than one after the other.
    async fn password_of(
        &self,
        hash: &TokenHash,
        of: &Reset,
        password: Password,
        address: Address,
    ) -> Result<String, Problem> {
        if !admin_links::count_try(&self.pool, hash).await.map_err(Error::from)? {
            return Err(Error::LinkEnded.into());
        }
        // The holder of a link waits for no stranger's password.
        let by = By::Work { address: address.0, scanned: false };
        let right = accounts::password_is(&self.pool, of.id, password, by).await;
        if matches!(right, Ok(None)) {
            auth::wrong_password(&self.guard, &self.pool, of.id);
            return Err(Problem::from(auth::Error::PasswordWrong).at("password"));
        }
        admin_links::give_back_try(&self.pool, hash).await.map_err(Error::from)?;
        let stood = right?.ok_or(auth::Error::PasswordWrong)?;
        // As at a login: one that was given long ago opens nothing.
        if accounts::given_password_is_over(&self.pool, of.id, self.guard.clock.now()).await? {
            return Err(auth::Error::GivenPasswordExpired.into());
        }
        Ok(stood)
    }

    #[expect(clippy::too_many_arguments, reason = "what was sent, and what was found")]
    async fn judge_factor(
        &self,
        hash: &TokenHash,
        link: &Presented,
        stood: &str,
        phone: &Phone,
        ticket: Option<&str>,
        code: &str,
        from: &OpenedFrom,
    ) -> Result<Accepted, Problem> {
        let secret = self.secret_of(hash, link, ticket)?;
        let factor = self.proved(hash, secret.as_ref(), phone, code).await?;
        Ok(self.use_up_reset(hash, stood, phone, factor, from).await?)
    }

    async fn use_up_reset(
        &self,
        hash: &TokenHash,
        stood: &str,
        phone: &Phone,
        factor: NewFactor<'_>,
        from: &OpenedFrom,
    ) -> Result<Accepted, Error> {
        let mut transaction = self.pool.begin().await?;
        admin_links::hold(&mut transaction, hash).await?;
        let link = self.judged(&mut transaction, hash).await?;
        let target = link.target.ok_or(Error::OtherPurpose)?;
        let of = target.resets.ok_or(Error::OtherPurpose)?;
        let now = self.guard.clock.now();
        // To the phone that it had until now.
        notice::keep(&mut transaction, of.id, AccountEvent::FactorSet, now).await?;
        // The password that was right may have been taken away meanwhile.
        if !accounts::set_factor(&mut transaction, &self.sealer, of.id, stood, phone, factor).await? {
            return Err(auth::Error::PasswordWrong.into());
        }
        admin_links::end(&mut transaction, hash, of.id, now).await?;
        let ended = self.guard.sessions.end_all_of(&mut transaction, of.id, None, now).await?;
        let by = Account {
            id: of.id,
            account: of.account,
            name: of.name,
            role: target.role,
            unit: target.unit,
            rights: None,
            second_factor: Some(factor.word()),
            must_change_password: false,
            keeps_deployment: false,
        };
        let (maker, made_at) = (link.made.maker, link.made.made_at);
        let detail = json!({ "maker": maker, "made_at": made_at, "openings": link.used.openings,
            "authenticators": link.used.authenticators, "sessions": ended.len() });
        let entry = Entry { action: "set_second_factor", noun: "account", noun_id: by.id.0, detail };
        audit::record(&mut transaction, &by, now, entry).await?;
        let opened = self.guard.sessions.open_console(&mut transaction, by.id, from, now);
        let (token, expires_at) = opened.await?;
        transaction.commit().await?;
        self.guard.sessions.sessions_ended(by.id, &ended);
        let lasts_s = expires_at.duration_since(now).as_secs();
        Ok(Accepted { account: by.account, unit: by.unit, token, lasts_s })
    }

    async fn use_up(
        &self,
        hash: &TokenHash,
        of_unit: bool,
        founded: Option<&NewAuthority>,
        new: &mut NewAccount<'_>,
        from: &OpenedFrom,
    ) -> Result<Accepted, Error> {
        let mut transaction = self.pool.begin().await?;
        // Of two who use links at once the second finds what the first has made.
        if of_unit {
            admin_links::hold(&mut transaction, hash).await?;
        } else {
            admin_links::lock(&mut transaction).await?;
        }
        let link = self.judged(&mut transaction, hash).await?;
        let mut laid = None;
        let unit = match (link.target, founded) {
            (Some(target), None) => {
                (new.role, new.rights) = (target.role, target.rights);
                target.unit
            }
            (Some(_), Some(_)) => return Err(Error::AuthorityExists),
            (None, founded) => match (deployment::authority(&mut transaction).await?, founded) {
                (None, Some(authority)) => {
                    let (unit, regions) = found(&mut transaction, authority).await?;
                    laid = Some(regions);
                    unit
                }
                (Some(unit), None) => unit,
                (Some(_), Some(_)) => return Err(Error::AuthorityExists),
                (None, None) => return Err(Error::AuthorityMissing),
            },
        };
        new.unit = unit.id;
        let id = accounts::insert(&mut transaction, &self.sealer, new).await?;
        let now = self.guard.clock.now();
        admin_links::end(&mut transaction, hash, id, now).await?;
        let by = account(id, new, unit.clone());
        if let Some(regions) = laid {
            regions.record(&mut transaction, &by, now).await?;
        }
        let division = founded.map(|authority| &*authority.division);
        let Made { made_by, os_uid, os_user, claimed_user, maker, made_at } = link.made;
        let LinkUse { openings, first_opened_at, last_opened_at, authenticators } = link.used;
        let detail = json!({ "unit": unit.name, "division": division, "made_by": made_by, "os_uid": os_uid,
            "os_user": os_user, "claimed_user": claimed_user, "maker": maker, "rights": new.rights, "made_at": made_at,
            "openings": openings, "first_opened_at": first_opened_at,
            "last_opened_at": last_opened_at, "authenticators": authenticators });
        let entry = Entry { action: "accept_admin_link", noun: "account", noun_id: id.0, detail };
        audit::record(&mut transaction, &by, now, entry).await?;
        let (token, expires_at) = self.guard.sessions.open_console(&mut transaction, id, from, now).await?;
        transaction.commit().await?;
        let lasts_s = expires_at.duration_since(now).as_secs();
        Ok(Accepted { account: by.account, unit, token, lasts_s })
    }
}

fn account(id: AccountId, new: &NewAccount<'_>, unit: AccountUnit) -> Account {
    Account {
        id,
        account: new.account.as_str().to_owned(),
        name: new.name.to_owned(),
        role: new.role,
        unit,
        rights: new.rights.clone(),
        second_factor: Some(new.second_factor.word()),
        must_change_password: false,
        keeps_deployment: false,
    }
}

/// Founds the authority of a division.
async fn found(
    transaction: &mut PgConnection,
    authority: &NewAuthority,
) -> Result<(AccountUnit, units::Found), Error> {
    let found = units::found(transaction, &authority.division).await.map_err(|error| match error {
        NotFounded::DivisionUnknown => Error::DivisionUnknown,
        NotFounded::NameTaken(name) => Error::RegionNameTaken(name),
        NotFounded::Database(error) => Error::Database(error),
    })?;
    let name = authority.name.trim().to_owned();
    let region = found.region.id;
    units::set_authority(transaction, region, &name).await?;
    if !deployment::becomes(transaction, region).await? {
        return Err(Error::LinkEnded);
    }
    Ok((AccountUnit { id: region, name }, found))
}

/// A code belongs to the device that asked for it: here the link.
fn device_of(hash: &TokenHash) -> [u8; 16] {
    hash[..16].try_into().expect("SHA-256 is longer")
}
