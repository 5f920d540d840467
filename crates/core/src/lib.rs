//! The core of zaichang: ids, keys, seals, the changing code, and the values that people type. Pure: no I/O, and time and
//! randomness are passed in (`clock` alone reads the system's). It knows no module.

pub mod amounts;
pub mod clock;
pub mod id_number;
pub mod ids;
pub mod keys;
pub mod phone_number;
pub mod reading;
pub mod totp;
pub mod unseen;

pub mod code;
pub mod masked_name;
pub mod seal;
pub mod short_secret;

pub use id_number::IdNumber;
pub use masked_name::MaskedName;
pub use phone_number::Phone;
