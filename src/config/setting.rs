//! What can be set.

use super::{backup, bot, custody, import, kms, login, logs, retention, storage, telegram, web};

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

/// One thing that can be set.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting {
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
}

impl Setting {
    /// A setting without a fixed default.
    pub(crate) const fn new(name: &'static str, expects: &'static str) -> Self {
        Self {
            name,
            expects,
            default: None,
            shown: Visibility::Plainly,
            holds: Holds::Value,
        }
    }

    /// A setting with a default.
    pub(crate) const fn with_default(
        name: &'static str,
        default: &'static str,
        expects: &'static str,
    ) -> Self {
        Self {
            default: Some(default),
            ..Self::new(name, expects)
        }
    }

    /// Makes its value one that is never shown.
    pub(crate) const fn secret(self) -> Self {
        Self {
            shown: Visibility::Never,
            ..self
        }
    }

    /// Makes its value words for people.
    pub(crate) const fn words(self) -> Self {
        Self {
            holds: Holds::Words,
            ..self
        }
    }

    /// Makes its value a path.
    pub(crate) const fn path(self) -> Self {
        Self {
            holds: Holds::Path,
            ..self
        }
    }

    /// Makes its value an address whose password is not shown.
    pub(crate) const fn with_password(self) -> Self {
        Self {
            shown: Visibility::WithoutPassword,
            ..self
        }
    }
}

/// Every setting there is, in the order of `.env.example`.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    [
        telegram::SETTINGS,
        bot::SETTINGS,
        web::SETTINGS,
        login::SETTINGS,
        storage::SETTINGS,
        custody::SETTINGS,
        kms::SETTINGS,
        backup::SETTINGS,
        retention::SETTINGS,
        import::SETTINGS,
        logs::SETTINGS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The names of every setting.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    all().map(|setting| setting.name)
}
