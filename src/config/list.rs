//! Every section and every setting there is.

use std::sync::LazyLock;

use super::about::About;
use super::backup::Backup;
use super::bot::Bot;
use super::custody::Custody;
use super::disclosure::Disclosure;
use super::exports::Exports;
use super::import::Import;
use super::kms::Kms;
use super::login::Login;
use super::logs::Logs;
use super::operators::Operators;
use super::rates::Rates;
use super::retention::Retention;
use super::section::Section;
use super::storage::Storage;
use super::telegram::Telegram;
use super::web::Web;

/// The title of a section and its settings.
pub(super) struct Listed {
    pub(super) title: &'static str,
    pub(super) settings: Vec<About>,
}

fn listed<S: Section>() -> Listed {
    Listed {
        title: S::TITLE,
        settings: S::settings(),
    }
}

/// Every section there is, in the order of `.env.example`.
pub(super) static SECTIONS: LazyLock<Vec<Listed>> = LazyLock::new(|| {
    vec![
        listed::<Telegram>(),
        listed::<Bot>(),
        listed::<Disclosure>(),
        listed::<Web>(),
        listed::<Rates>(),
        listed::<Operators>(),
        listed::<Login>(),
        listed::<Storage>(),
        listed::<Custody>(),
        listed::<Kms>(),
        listed::<Backup>(),
        listed::<Exports>(),
        listed::<Retention>(),
        listed::<Import>(),
        listed::<Logs>(),
    ]
});

/// Every setting there is.
pub(crate) fn all() -> impl Iterator<Item = &'static About> + Clone {
    SECTIONS.iter().flat_map(|section| &section.settings)
}

/// The names of every setting.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    all().map(|setting| setting.name)
}
