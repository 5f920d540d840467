//! What a refusal is: its code, its HTTP status, and its sentences in Chinese and English. Each module declares its own in its
//! `refusals.rs`; what to do next stands in the second sentence. A sentence that organisers as well as attendees may meet
//! addresses neither as "you", and says what either can do.

use std::fmt;
use std::hash::{Hash, Hasher};

use axum::http::StatusCode;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

/// The sentences of a refusal in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentences {
    /// What happened.
    pub title: &'static str,
    /// What to do next.
    pub detail: &'static str,
}

/// Why a request was refused. The code is public interface, the sentences may be improved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Refusal(&'static Declaration);

/// A refusal as its module declares it, by `refusals!`.
#[derive(Debug, PartialEq, Eq)]
pub struct Declaration {
    pub code: &'static str,
    pub status: u16,
    /// It says that a secret was tried and is wrong: it counts against those who guess.
    pub wrong_guess: bool,
    pub chinese: Sentences,
    pub english: Sentences,
}

impl Refusal {
    pub const fn declared(declaration: &'static Declaration) -> Self {
        Self(declaration)
    }

    /// The `code` on the wire.
    pub const fn word(self) -> &'static str {
        self.0.code
    }

    /// The HTTP status it travels with.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.0.status).expect("a refusal is declared with an HTTP status")
    }

    /// Whether it says that a secret was tried and is wrong.
    pub const fn is_wrong_guess(self) -> bool {
        self.0.wrong_guess
    }

    pub const fn chinese(self) -> Sentences {
        self.0.chinese
    }

    pub const fn english(self) -> Sentences {
        self.0.english
    }
}

/// The schema of a field that holds the code of one of these refusals, or null; and what the document says of it.
pub fn code_or_null(description: &str, refusals: &[Refusal]) -> utoipa::openapi::Object {
    let words = refusals.iter().map(|refusal| Some(refusal.word())).chain([None]);
    let types = SchemaType::from_iter([Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(types).enum_values(Some(words)).description(Some(description)).build()
}

/// By its code: no two have the same.
impl Hash for Refusal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.word().hash(state);
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Declares a module's refusals: each as a constant, with its code, its status, `wrong_guess` where it says that a secret was
/// tried and is wrong, and its sentences in Chinese and in English; and `ALL` of them.
#[macro_export]
macro_rules! refusals {
    (@is wrong_guess) => { true };
    (@is) => { false };
    ($($name:ident $code:literal $status:literal $($wrong_guess:ident)?
        [$zh_title:literal, $zh_detail:literal]
        [$en_title:literal, $en_detail:literal])*) => {
        $(
            #[doc = $en_title]
            pub const $name: $crate::http::Refusal =
                $crate::http::Refusal::declared(&$crate::http::refusal::Declaration {
                    code: $code,
                    status: $status,
                    wrong_guess: $crate::refusals!(@is $($wrong_guess)?),
                    chinese: $crate::http::refusal::Sentences { title: $zh_title, detail: $zh_detail },
                    english: $crate::http::refusal::Sentences { title: $en_title, detail: $en_detail },
                });
        )*

        /// Those that are declared here.
        pub const ALL: &[$crate::http::Refusal] = &[$($name),*];
    };
}
