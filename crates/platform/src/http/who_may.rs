//! Who may do what was refused: said to people in their language, and to programs by role. It must not know the table.

/// The roles that may do what this admin may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoMay {
    /// Their words.
    pub roles: Vec<&'static str>,
    /// The words of the rights one of which this sub-account lacks; empty where full admins alone may; none where the role may not.
    pub rights: Option<Vec<&'static str>>,
    /// What to do next, in place of the refusal's own sentence.
    pub chinese: String,
    pub english: String,
}
