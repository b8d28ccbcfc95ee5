//! How long a login lives.

use chrono::TimeDelta;
use garde::Validate;
use sesame_domain::login::Policy;

use super::reader::Reader;
use super::setting::Setting;

static QR_TTL_SECONDS: Setting = Setting::with_default(
    "QR_TTL_SECONDS",
    "600",
    "the life of a login in seconds, 30 to 3600",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&QR_TTL_SECONDS];

/// How long a login lives.
#[derive(Clone, Debug, Validate)]
pub(crate) struct Login {
    /// The life of a login; every other deadline follows from it.
    #[garde(range(min = 30, max = 3600))]
    pub(crate) qr_ttl_seconds: u32,
}

impl Login {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let section = Self {
            qr_ttl_seconds: reader.required(&QR_TTL_SECONDS, 600),
        };
        reader.check(&section);
        section
    }

    /// The deadlines.
    pub(crate) fn policy(&self) -> Policy {
        Policy::new(TimeDelta::seconds(self.qr_ttl_seconds.into()))
    }
}
