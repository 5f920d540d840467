//! Clients of other people's services. No table is known here, and no person but as what such a service is told.

pub mod sms;
pub mod wechat;
