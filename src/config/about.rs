//! What there is to say about a setting, whatever its type.

/// How a value may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// As it is.
    Plainly,
    /// Without the password that an address may hold.
    WithoutPassword,
    /// Not at all.
    Never,
}

/// What a value is, for what may be taken off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Something in plain letters, digits and signs.
    Value,
    /// Words for people.
    Words,
    /// A path, which may have any characters.
    Path,
}

/// What there is to say about a setting, whatever its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// The name of the variable.
    pub(crate) name: &'static str,
    /// What it should look like, for people who got it wrong.
    pub(crate) expects: &'static str,
    /// The value if nothing is set; others are worked out or stay empty.
    pub(crate) default: Option<&'static str>,
    /// How its value may be shown.
    pub(crate) shown: Visibility,
    /// What its value is.
    pub(crate) holds: Holds,
    /// What it does, in lines; empty: it is explained with the one before.
    pub(crate) explanation: &'static [&'static str],
    /// A value that it may have, where there is no default; may be empty.
    pub(crate) example: &'static str,
    /// Whether whoever sets Sesame up should look at it.
    pub(crate) to_fill_in: bool,
}
