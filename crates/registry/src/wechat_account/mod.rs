//! Whose WeChat account is whose, and what its person agreed to be told.

mod binding;
mod risk;
mod sql;
mod subscription;
mod ticket;

pub use binding::{Proof, bind, bound, openid_of, unbind};
pub use risk::note_risk;
pub use sql::{sweep, try_ticket, use_ticket};
pub use subscription::{Answered, Award, TellError, Template, Told, answered, tell_award};
pub use ticket::BindTicket;
